package io.lovage.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.testservers.TestServers;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@DisplayName("A server that somebody else runs")
class OwnServerTest {
    @Test
    void isMeasuredAtTheLevelItHas() throws Exception {
        try (OwnServer own = new OwnServer(TestServers.redisUrl().orSkip(Assumptions::abort))) {
            Plan part = own.part(Plan.quick());

            assertThat(part.cases()).isNotEmpty().allMatch(each -> each.contender() == Contender.REDIS);
            assertThat(part.cases()).allMatch(each -> each.level() == Level.D1);
            assertThat(own.at(Contender.REDIS, Level.D1).isOurs()).isFalse();
        }
    }

    @Test
    void isRefusedWhereTheBareClientCannotConnectLikeLovage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OwnServer("rediss://user:secret@host"))
                .withMessageContaining("without TLS")
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OwnServer("kafka://user:secret@host:9092"))
                .withMessageContaining("without a user");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OwnServer("amqp://host?queue_type=classic"))
                .withMessageContaining("leave the options out");
    }
}
