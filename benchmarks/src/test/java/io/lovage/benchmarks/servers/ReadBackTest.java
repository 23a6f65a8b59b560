package io.lovage.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.TestServers;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@DisplayName("What a server is set to is what the server says")
class ReadBackTest {
    @Test
    void redisSaysWhenItWrites() throws Exception {
        String url = TestServers.redisUrl().orSkip(Assumptions::abort);

        Server server = ReadBack.of(Contender.REDIS, Level.D1, url, OptionalLong.empty());

        assertThat(server.settings()).containsEntry("appendonly", "yes").containsEntry("appendfsync", "everysec");
        assertThat(server.version()).matches("\\d+\\..*");
    }

    @Test
    void rabbitMqSaysWhatAQueueIsAndHowAMessageIsKept() throws Exception {
        String url = TestServers.rabbitUrl().orSkip(Assumptions::abort);

        Server classic = ReadBack.of(Contender.RABBITMQ_CLASSIC, Level.D0, url, OptionalLong.empty());
        Server quorum = ReadBack.of(Contender.RABBITMQ_QUORUM, Level.D2, url, OptionalLong.empty());

        assertThat(classic.settings().get("queue type")).startsWith("classic");
        assertThat(classic.settings())
                .containsEntry("durable", "true")
                .containsEntry("delivery mode", "1 of the bare client");
        assertThat(quorum.settings()).containsEntry("queue type", "quorum");
        assertThat(quorum.settings()).containsEntry("delivery mode", "2 of the bare client");
        assertThat(quorum.settings().get("fsync before the confirm")).startsWith("cannot be read back");
    }

    @Test
    void kafkaSaysWhetherItSyncsEachWrite() throws Exception {
        KafkaOptions each = KafkaOptions.ofDefaults().config("log.flush.interval.messages", "1");
        try (var kafka = TestServers.startKafka(each).orSkip(Assumptions::abort)) {
            Server server = ReadBack.of(Contender.KAFKA_BATCH, Level.D2, kafka.url(), OptionalLong.empty());

            assertThat(server.settings()).containsEntry("flush.messages", "1").containsEntry("replicas", "1");
            assertThat(server.settings().get("acks")).contains("cannot be read back");
        }
    }
}
