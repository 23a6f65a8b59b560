package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.KillArgs;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
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
        assertThat(facts.config())
                .as("the server's passwords are among its settings (R12.3)")
                .containsOnlyKeys("appendfsync", "save");
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

    private Link link(Link.Opener opener) {
        return new Link(new Link.Parts(opener, threads, time, Duration.ofSeconds(10), Duration.ofSeconds(10), "test"));
    }

    private static void cut(Session session) {
        long id = session.commands().clientId().toCompletableFuture().join();
        TestRedis.bare(redis -> redis.clientKill(KillArgs.Builder.id(id)));
        Awaitility.await().atMost(PATIENCE).until(session::isOver);
    }

    @Test
    @DisplayName("R10.3 closing ends the thread that connects again, however long that would take")
    void closingEndsTheThreadThatConnects() throws InterruptedException {
        AtomicBoolean first = new AtomicBoolean(true);
        CompletableFuture<Thread> connecting = new CompletableFuture<>();
        Link silent = link(() -> {
            if (!first.getAndSet(false)) {
                connecting.complete(Thread.currentThread());
                new CountDownLatch(1).await(); // as with a server that does not answer
            }
            return connector.open();
        });
        cut(silent.start());
        Thread thread =
                connecting.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();

        silent.close();

        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    @DisplayName("R10.1 a fault while connecting again does not end the attempts")
    void aFaultWhileConnectingDoesNotEndTheAttempts() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        Link faulty = link(() -> {
            if (attempts.incrementAndGet() == 2) {
                throw new IllegalStateException("a fault");
            }
            return connector.open();
        });
        try {
            cut(faulty.start());

            assertThat(faulty.await(PATIENCE).isOver()).isFalse();
            assertThat(attempts).hasValue(3);
        } finally {
            faulty.close();
        }
    }

    @Test
    @DisplayName("R10.1 a part that fails with a new connection gets another one")
    void aPartThatFailsWithANewConnectionGetsAnotherOne() {
        List<Session> shown = new CopyOnWriteArrayList<>();
        link.listen(new Link.Listener() {
            @Override
            public void connected(Session session) {
                shown.add(session);
                if (shown.size() == 1) {
                    throw new IllegalStateException("a fault");
                }
            }

            @Override
            public void lost(Session session) {
                throw new IllegalStateException("another fault");
            }
        });

        link.start();

        Awaitility.await("another connection").atMost(PATIENCE).until(() -> shown.size() > 1);
        assertThat(shown.get(0).isOver()).isTrue();
        assertThat(shown.get(1).isOver()).isFalse();
    }
}
