package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.spi.Broker;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What lies in the keys of a queue and should not: told with its reason, and a whole worker goes on. */
class BadInputTest {
    private static final Task<Arguments, Object> ECHO = Task.untyped("bad.echo");
    /** The body is {@code [[], {}, {}]}. */
    private static final String BODY = "\"body\": \"W1tdLCB7fSwge31d\", \"content-encoding\": \"utf-8\","
            + " \"content-type\": \"application/json\", ";

    private static final String HEADERS = "\"headers\": {\"task\": \"bad.echo\", \"id\": \"bad\"}, ";

    private final Fixture fixture = new Fixture();
    private Broker broker;
    private QueueSpec queue;
    private Lovage lovage;

    @BeforeEach
    void start() {
        broker = fixture.broker("");
        queue = fixture.declared(broker);
        lovage = fixture.ends(Lovage.builder()
                .broker(TestRedis.url(""))
                .results(TestRedis.url(""))
                .build());
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private Worker work(QueueSpec... queues) {
        Worker.Builder worker = lovage.worker().concurrency(1).grace(Duration.ZERO);
        for (QueueSpec each : queues) {
            worker.queue(each, 1);
        }
        return fixture.ends(worker.handle(ECHO, (arguments, context) -> "well").start());
    }

    private void worksIn(QueueSpec some) throws InterruptedException {
        assertThat(lovage.send(ECHO.with(Arguments.none()).queue(some.name())).get(Fixture.PATIENCE))
                .isEqualTo("well");
    }

    /** Puts it behind a worker that runs, and before the next task. */
    private String reasonFor(String element) throws InterruptedException {
        TestRedis.bare(redis -> redis.lpush(queue.name(), element));
        worksIn(queue);
        Awaitility.await("the dead letter")
                .atMost(Fixture.PATIENCE)
                .until(() -> !deadLetters().isEmpty());
        List<DeadLetter> dead = deadLetters();
        assertThat(dead).hasSize(1);
        assertThat(broker.admin().discard(queue, dead.get(0).id())).isTrue();
        return dead.get(0).reason();
    }

    private List<DeadLetter> deadLetters() {
        return broker.admin().deadLetters(queue, 10);
    }

    @Test
    @DisplayName("R10.6 garbage in the list is dead-lettered with its reason, and the worker goes on")
    void garbageInTheList() throws InterruptedException {
        Worker worker = work(queue);

        assertThat(reasonFor("")).containsIgnoringCase("JSON");
        assertThat(reasonFor("garbage")).contains("not JSON");
        assertThat(reasonFor("\u0000\u0001\ufffd")).contains("not JSON");
        assertThat(reasonFor("[1, 2]")).contains("not a JSON object");
        assertThat(reasonFor("{} {}")).contains("something follows");
        assertThat(reasonFor("{" + "\"a\": [".repeat(5_000))).isNotBlank();
        assertThat(worker.stats().deadLettered()).isEqualTo(6);
    }

    @Test
    @DisplayName(
            "R10.6 an envelope without body or delivery_info is dead-lettered with its reason, and the worker goes on")
    void anEnvelopeThatLacksSomething() throws InterruptedException {
        work(queue);

        assertThat(reasonFor("{" + BODY + HEADERS + "\"properties\": {\"body_encoding\": \"base64\"}}"))
                .contains("delivery_info");
        assertThat(reasonFor("{" + BODY + HEADERS + "\"properties\": {}}")).contains("delivery_info");
        assertThat(reasonFor("{" + HEADERS + "\"properties\": {\"delivery_info\": {}}}"))
                .contains("body");
        assertThat(reasonFor("{\"body\": \"%%\", " + HEADERS
                        + "\"properties\": {\"delivery_info\": {}, \"body_encoding\": \"base64\"}}"))
                .containsIgnoringCase("base64");
    }

    /** As captured from Celery: there is nothing wrong with it but its age. */
    @Test
    @DisplayName("R10.6 a message of Celery's protocol 1 is understood; one that tells no task is dead-lettered")
    void aMessageOfProtocolOne() throws InterruptedException {
        LinkedBlockingQueue<Arguments> executed = new LinkedBlockingQueue<>();
        Task<Arguments, Object> add = Task.untyped("wire.add");
        fixture.ends(lovage.worker()
                .queue(queue, 1)
                .grace(Duration.ZERO)
                .handle(ECHO, (arguments, context) -> "well")
                .handle(add, (arguments, context) -> executed.add(arguments))
                .start());

        List<String> captured = GoldenDocuments.protocolOne();
        assertThat(captured).isNotEmpty();
        for (String each : captured) {
            TestRedis.bare(redis -> redis.lpush(queue.name(), each));
            Arguments arguments = executed.poll(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(arguments).isNotNull();
            assertThat(arguments.args()).containsExactly(2L, 3L);
        }
        String nameless = "{\"body\": \"e30=\", \"content-type\": \"application/json\", \"headers\": {},"
                + " \"content-encoding\": \"utf-8\", \"properties\": {\"body_encoding\": \"base64\","
                + " \"delivery_info\": {\"exchange\": \"\", \"routing_key\": \"q\"}}}";
        assertThat(reasonFor(nameless)).contains("task");
    }

    @Test
    @DisplayName("a key that is no list stops its own queue alone, and that one until the key is gone")
    void aKeyOfTheWrongTypeStopsItsOwnQueueAlone() throws InterruptedException {
        QueueSpec other = fixture.declared(broker);
        work(queue, other);
        worksIn(queue);
        TestRedis.bare(redis -> redis.set(queue.name(), "somebody else's"));

        worksIn(other);
        assertThatThrownBy(() -> lovage.send(ECHO.with(Arguments.none()).queue(queue.name())))
                .hasMessageContaining("WRONGTYPE")
                .hasMessageContaining("another name");
        worksIn(other);
        String kept = TestRedis.bare(redis -> redis.get(queue.name()));
        assertThat(kept).isEqualTo("somebody else's");

        TestRedis.bare(redis -> redis.del(queue.name()));
        worksIn(queue);
    }

    @Test
    @DisplayName("R12.4 a queue name with odd characters works, or is refused with what is allowed before it is a key")
    void aQueueNameWithOddCharacters() throws InterruptedException {
        String suffix = Fixture.newName();
        QueueSpec odd = fixture.queue(broker, "A.b_c:d@e/f-" + suffix);
        work(odd, queue);
        worksIn(odd);

        for (String bad : List.of("{x}", "a}b{", "a b", "q\u0006\u00163", "*", "\u00fc", "a\nb", "\"q\"")) {
            assertThatThrownBy(() -> lovage.send(ECHO.with(Arguments.none()).queue(bad + suffix)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("letters, digits and");
        }

        List<String> keys = TestRedis.bare(redis -> redis.keys("*" + suffix + "*"));
        assertThat(keys).isNotEmpty().allMatch(key -> key.contains(odd.name()));
        worksIn(odd);
        worksIn(queue);
    }
}
