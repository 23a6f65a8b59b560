package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The story: all messages of a queue are in somebody's hands or wait for their time, so its list is empty and its key
 * does not exist, and somebody else sets it. Redis takes nothing back of what a script did before its error: scripts
 * that removed a message first, and pushed it then, lost one with every step. Now nothing is lost, the error says which
 * key it is and what to do, and when the key is gone everything flows.
 */
class ForeignKeyTest {
    private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static void spoil(String key) {
        long kept = TestRedis.bare(redis -> redis.exists(key));
        assertThat(kept).as("the key is free").isZero();
        TestRedis.bare(redis -> redis.set(key, "somebody else's"));
    }

    private static void mend(String key) {
        long removed = TestRedis.bare(redis -> redis.del(key));
        assertThat(removed).as("somebody else's value was left alone").isEqualTo(1);
    }

    private static String own(QueueSpec queue, String kind) {
        return "lovage:{" + queue.name() + "}:" + kind;
    }

    private static long held(QueueSpec queue) {
        long leases = TestRedis.bare(redis -> redis.zcard(own(queue, "leases")));
        long records = TestRedis.bare(redis -> redis.hlen(own(queue, "held")));
        assertThat(leases).isEqualTo(records);
        return leases;
    }

    private static void assertNames(Throwable refusal, String key) {
        assertThat(refusal)
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContainingAll("the key " + key + " holds a string and not a", "take it away", "key_prefix");
    }

    private static Throwable refusalOf(Delivery delivery, Settlement how) {
        Throwable refusal = catchThrowable(() -> Fixture.settle(delivery, how));
        return refusal instanceof PublishException && refusal.getCause() != null ? refusal.getCause() : refusal;
    }

    /** Until there is something to move, a tick has nothing to complain of. */
    private Throwable refusalOfTick(QueueSpec queue) {
        ScriptRunner scripts = ScriptRunner.connected(fixture);
        return Awaitility.await("a tick that is refused")
                .atMost(Fixture.PATIENCE)
                .until(() -> catchThrowable(() -> scripts.tick(queue)), Objects::nonNull);
    }

    private void assertFlows(Broker broker, QueueSpec queue, int deliveryCount) {
        Delivery delivery = Fixture.one(fixture.consumer(broker, queue, 1));
        assertThat(delivery.deliveryCount()).isEqualTo(deliveryCount);
        assertThat(Fixture.settle(delivery, Settlement.ack())).isEqualTo(Settled.APPLIED);
        assertThat(held(queue)).isZero();
    }

    @Test
    void tickKeepsALeaseThatIsOver() {
        Broker broker = fixture.broker("lease=fixed");
        QueueSpec queue = fixture.declared(broker).withLease(SHORT_LEASE);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Fixture.one(fixture.consumer(broker, queue, 1));
        spoil(queue.name());

        assertNames(refusalOfTick(queue), queue.name());

        assertThat(held(queue)).isEqualTo(1);
        mend(queue.name());
        assertFlows(broker, queue, 2);
    }

    @Test
    void tickKeepsADelayedMessageThatIsDue() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        spoil(queue.name());
        Fixture.publish(broker, Fixture.to(queue, "m").delayedBy(Duration.ofMillis(200)));

        assertNames(refusalOfTick(queue), queue.name());

        long delayed = TestRedis.bare(redis -> redis.zcard(own(queue, "delayed")));
        assertThat(delayed).isEqualTo(1);
        mend(queue.name());
        assertFlows(broker, queue, 1);
    }

    @Test
    void judgeKeepsTheLeasesOfTheDead() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Fixture.one(fixture.consumer(broker, queue, 1));
        String lease = TestRedis.bare(redis -> redis.zrange(own(queue, "leases"), 0, 0))
                .get(0);
        String token = lease.substring(0, lease.indexOf(':'));
        ScriptRunner scripts = ScriptRunner.connected(fixture);
        scripts.judge(queue, 100, "0", token, "1");
        spoil(queue.name());

        assertNames(catchThrowable(() -> scripts.judge(queue, 100, "0", token, "1")), queue.name());

        assertThat(held(queue)).isEqualTo(1);
        mend(queue.name());
        assertThat(scripts.judge(queue, 100, "0", token, "1").get(0)).isEqualTo(1L);
        assertFlows(broker, queue, 2);
    }

    @Test
    void releaseMovesAllOrNone() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "urgent").withPriority(5), Fixture.to(queue, "ordinary"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Delivery urgent = Fixture.one(consumer);
        Delivery ordinary = Fixture.one(consumer);
        spoil(queue.name());

        assertNames(refusalOf(urgent, Settlement.release(Duration.ZERO)), queue.name());
        assertNames(refusalOf(ordinary, Settlement.release(Duration.ZERO)), queue.name());

        assertThat(held(queue)).isEqualTo(2);
        mend(queue.name());
        assertThat(Fixture.settle(urgent, Settlement.release(Duration.ZERO))).isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(ordinary, Settlement.ack())).isEqualTo(Settled.APPLIED);
        assertFlows(broker, queue, 2);
    }

    @Test
    void ackAfterPublishesAllAndEndsTheLeaseOrNothing() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        QueueSpec next = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Delivery delivery = Fixture.one(fixture.consumer(broker, queue, 1));
        Settlement after = Settlement.ackAfter(List.of(Fixture.to(queue, "again"), Fixture.to(next, "next")));
        spoil(next.name());

        assertNames(refusalOf(delivery, after), next.name());

        assertThat(held(queue)).isEqualTo(1);
        assertThat(broker.admin().stats(queue).ready()).hasValue(0);
        mend(next.name());
        assertThat(Fixture.settle(delivery, after)).isEqualTo(Settled.APPLIED);
        assertFlows(broker, queue, 1);
        assertFlows(broker, next, 1);
    }

    @Test
    void buryKeepsWhatItCannotBury() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Delivery delivery = Fixture.one(fixture.consumer(broker, queue, 1));
        spoil(queue.deadLetterQueue());

        assertNames(refusalOf(delivery, Settlement.deadLetter("enough")), queue.deadLetterQueue());

        assertThat(held(queue)).isEqualTo(1);
        mend(queue.deadLetterQueue());
        assertThat(Fixture.settle(delivery, Settlement.deadLetter("enough"))).isEqualTo(Settled.APPLIED);
        assertThat(broker.admin().deadLetters(queue, 10)).hasSize(1);
        assertThat(held(queue)).isZero();
    }

    @Test
    void resendKeepsTheLetterThatItCannotSend() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Fixture.settle(Fixture.one(fixture.consumer(broker, queue, 1)), Settlement.deadLetter("enough"));
        String letter = broker.admin().deadLetters(queue, 10).get(0).id();
        spoil(queue.name());

        assertNames(catchThrowable(() -> broker.admin().resend(queue, letter)), queue.name());

        assertThat(broker.admin().deadLetters(queue, 10)).hasSize(1);
        mend(queue.name());
        assertThat(broker.admin().resend(queue, letter)).isTrue();
        assertThat(broker.admin().deadLetters(queue, 10)).isEmpty();
        assertFlows(broker, queue, 1);
    }

    @Test
    void takeHandsOutWhatOtherListsHeld() throws InterruptedException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(
                broker,
                Fixture.to(queue, "1").withPriority(5),
                Fixture.to(queue, "2").withPriority(5));
        spoil(queue.name());
        Broker.Consumer consumer = fixture.consumer(broker, queue, 10);

        List<Delivery> urgent = consumer.poll(10, Fixture.PATIENCE);

        assertThat(urgent).hasSize(2);
        assertNames(catchThrowable(() -> consumer.poll(10, Fixture.PATIENCE)), queue.name());
        for (Delivery delivery : urgent) {
            assertThat(Fixture.settle(delivery, Settlement.ack())).isEqualTo(Settled.APPLIED);
        }
        mend(queue.name());
        Fixture.publish(broker, Fixture.to(queue, "3"));
        assertFlows(broker, queue, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"leases", "held", "counts"})
    void takeLeavesEverythingInTheListWhenItCannotRecordWhatItTakes(String kind) {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        spoil(own(queue, kind));

        assertNames(catchThrowable(() -> Fixture.one(fixture.consumer(broker, queue, 1))), own(queue, kind));

        assertThat(TestRedis.<Long>bare(redis -> redis.llen(queue.name()))).isEqualTo(1);
        mend(own(queue, kind));
        assertFlows(broker, queue, 1);
    }
}
