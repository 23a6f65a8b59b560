package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.KillArgs;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Threads threads = new NamedThreads("link-test");
    private final SystemTime time = new SystemTime(threads);
    private final Connector connector = TestRedis.connector("", threads);
    private final Link link = TestRedis.link(connector, threads, time);

    @AfterEach
    void close() {
        link.close();
        connector.close();
        time.close();
    }

    @Test
    void theServerTellsWhatDecidesWhetherDataSurvives() {
        ServerFacts facts = link.start().facts();

        assertThat(facts.runId()).isPresent();
        assertThat(facts.appendOnly()).contains(true);
        assertThat(facts.appendFsync()).contains("everysec");
        assertThat(Survey.guarantee(facts, false)).contains("appendfsync everysec", "noeviction", "no replicas");
    }

    @Test
    void aCutConnectionIsMadeAgainWithANewToken() throws InterruptedException {
        Session first = link.start();
        long id = first.commands().clientId().toCompletableFuture().join();

        TestRedis.bare(redis -> redis.clientKill(KillArgs.Builder.id(id)));
        Awaitility.await().atMost(PATIENCE).until(first::isOver);
        Session second = link.await(PATIENCE);

        assertThat(second.token()).isNotEqualTo(first.token());
        assertThatThrownBy(() -> first.commands().ping().toCompletableFuture().get())
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void aClosedLinkSaysSo() {
        link.start();
        link.close();

        assertThatThrownBy(() -> link.await(Duration.ZERO)).isInstanceOf(BrokerUnavailableException.class);
    }
}
