package io.lovage.benchmarks.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void aQuickLookHasEveryContenderAtItsUsualLevel() {
        Plan quick = Plan.quick();

        assertThat(quick.cases())
                .extracting(
                        each -> each.contender().label() + " " + each.level().label())
                .contains(
                        "memory D0",
                        "rabbitmq-classic D1",
                        "rabbitmq-quorum D2",
                        "redis D1",
                        "kafka-batch D1",
                        "kafka-lane D1")
                .doesNotContain("redis D0", "redis D2");
        assertThat(quick.cases()).allMatch(each -> each.payload() == 100);
        assertThat(quick.cases()).noneMatch(each -> each.what() == What.ROUND_TRIP);
        assertThat(quick.rounds()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theBareClientStandsBesideEveryBrokerAndTheCeilingWhereBytesAreEnough() {
        assertThat(Plan.quick()
                        .only(each -> each.contender() == Contender.REDIS)
                        .groups())
                .extracting(group -> group.get(0).what().label()
                        + group.stream().map(each -> each.variant().label()).toList())
                .containsExactly(
                        "publish[lovage, bare, ceiling]",
                        "consume[lovage, bare, ceiling]",
                        "end_to_end[lovage, bare]",
                        "latency[lovage, bare]");
    }

    @Test
    void aFullRunHasEveryLevelAndPayload() {
        assertThat(Plan.full().cases().stream()
                        .filter(each -> each.what() == What.PUBLISH && each.variant() == Variant.BARE)
                        .map(each -> each.contender().label() + each.level().label())
                        .distinct())
                .containsExactly(
                        "rabbitmq-classicD0",
                        "rabbitmq-classicD1",
                        "rabbitmq-quorumD2",
                        "redisD0",
                        "redisD1",
                        "redisD2",
                        "kafka-batchD0",
                        "kafka-batchD1",
                        "kafka-batchD2",
                        "kafka-laneD0",
                        "kafka-laneD1",
                        "kafka-laneD2");
        assertThat(Plan.full().cases().stream().map(Case::payload).distinct())
                .containsExactlyInAnyOrder(100, 1024, 10_240, 262_144);
    }

    @Test
    void isNarrowedToABrokerOrToOneOfItsForms() {
        assertThat(Plan.quick().ofBrokers(List.of("rabbitmq", "kafka-lane")).cases().stream()
                        .map(Case::contender)
                        .distinct())
                .containsExactly(Contender.RABBITMQ_CLASSIC, Contender.RABBITMQ_QUORUM, Contender.KAFKA_LANE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.quick().ofBrokers(List.of("redis", "sqs")))
                .withMessageContaining("sqs");
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Case(Contender.RABBITMQ_QUORUM, Level.D0, What.PUBLISH, Variant.LOVAGE, 100))
                .withMessage("rabbitmq-quorum has no D0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Case(Contender.MEMORY, Level.D0, What.PUBLISH, Variant.BARE, 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Case(Contender.REDIS, Level.D1, What.LATENCY, Variant.CEILING, 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Case(Contender.REDIS, Level.D1, What.PUBLISH, Variant.BARE, 10));
        Case once = new Case(Contender.REDIS, Level.D1, What.PUBLISH, Variant.BARE, 100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Plan(Plan.Scale.QUICK, List.of(once, once), 1, 1))
                .withMessageContaining("twice");
    }

    @Test
    void namesAreThoseOfTheReport() {
        assertThat(new Case(Contender.KAFKA_BATCH, Level.D1, What.END_TO_END, Variant.LOVAGE, 100).label())
                .isEqualTo("kafka-batch D1 end_to_end lovage 100");
        for (Contender contender : Contender.values()) {
            assertThat(Contender.of(contender.label())).isEqualTo(contender);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> What.of("throughput"))
                .withMessageContaining("publish, consume, end_to_end, round_trip, latency");
    }
}
