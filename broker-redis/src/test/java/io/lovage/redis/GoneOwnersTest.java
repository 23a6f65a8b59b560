package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.QueueSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the leases of workers that are gone, step by step. */
class GoneOwnersTest {
    private static final long HOUR_MILLIS = 3_600_000;

    private final Fixture fixture = new Fixture();
    private QueueSpec queue = QueueSpec.of("unknown");

    /** Its own connection looks after no queue of this name: nobody ticks but the tests. */
    @BeforeEach
    void makeQueue() {
        queue = fixture.queue(fixture.broker(""), Fixture.newName());
        TestRedis.bare(redis -> redis.hset(key("queue"), "declared", "1"));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private String key(String kind) {
        return "lovage:{" + queue.name() + "}:" + kind;
    }

    private static String token(int owner) {
        return String.format("%016x", owner);
    }

    private static long serverMillis() {
        return Long.parseLong(TestRedis.bare(redis -> redis.time()).get(0)) * 1000;
    }

    /** Owners 1 to {@code owners}, with so many leases each that end in an hour. */
    private void hold(int owners, int leasesOfEach) {
        double end = serverMillis() + HOUR_MILLIS;
        for (int owner = 1; owner <= owners; owner++) {
            String token = token(owner);
            Map<String, String> records = new HashMap<>();
            List<Object> leases = new ArrayList<>();
            for (int i = 0; i < leasesOfEach; i++) {
                String id = token + ":1-" + i;
                records.put(id, "0:1:{\"number\": \"" + id + "\"}");
                leases.add(end);
                leases.add(id);
            }
            TestRedis.bare(redis -> {
                redis.hset(key("queue"), "owner:" + token, "run:1");
                redis.zadd(key("leases"), leases.toArray());
                return redis.hset(key("held"), records);
            });
        }
    }

    private static String[] known(int owners, String what) {
        return IntStream.rangeClosed(1, owners)
                .boxed()
                .flatMap(owner -> List.of(token(owner), what).stream())
                .toArray(String[]::new);
    }

    private long waiting() {
        return TestRedis.bare(redis -> redis.llen(queue.name()));
    }

    private List<String> fields() {
        return TestRedis.bare(redis -> redis.hkeys(key("queue")));
    }

    @Test
    void onePassThroughTheLeasesServesAllWhoAreGone() {
        int owners = 20;
        int leasesOfEach = 100;
        hold(owners, leasesOfEach);
        hold(owners + 1, 1);
        ScriptRunner scripts = ScriptRunner.connected(fixture);
        int most = 500;
        scripts.judge(queue, most, "0", known(owners, "1"));
        int steps = 0;
        long freed = 0;
        String cursor = "0";
        String[] asked = known(owners, "1");
        do {
            List<Object> answer = scripts.judge(queue, most, cursor, asked);
            freed += Scripts.number(answer.get(0));
            cursor = Scripts.text(answer.get(1));
            asked = answer.stream()
                    .skip(2)
                    .flatMap(token -> List.of(Scripts.text(token), "2").stream())
                    .toArray(String[]::new);
            assertThat(asked).hasSize(2 * owners);
            steps++;
        } while (!cursor.equals("0"));

        assertThat(freed).isEqualTo((long) owners * leasesOfEach);
        assertThat(waiting()).isEqualTo(freed);
        assertThat(steps).as("pages of 1,000, and each lease is looked at once").isBetween(2, 4);
        assertThat(fields()).containsExactlyInAnyOrder("declared", "owner:" + token(owners + 1));
        assertThat(TestRedis.<Long>bare(redis -> redis.zcard(key("leases")))).isEqualTo(1);
    }

    @Test
    void ownersOfAnotherRunCostNoPassAndAreForgottenWhenTheLastLeaseIsOver() {
        hold(2, 10);
        ScriptRunner scripts = ScriptRunner.connected(fixture);

        scripts.judge(queue, 100, "0", known(2, "0"));
        List<Object> again = scripts.judge(queue, 100, "0", known(2, "0"));

        assertThat(Scripts.number(again.get(0))).isZero();
        assertThat(again).as("nobody is to be freed").hasSize(2);
        assertThat(fields()).contains("owner:" + token(1), "owner:" + token(2));
        assertThat(waiting()).isZero();

        TestRedis.bare(redis -> redis.hset(key("queue"), "suspect:" + token(1), Long.toString(serverMillis() - 1)));
        scripts.judge(queue, 100, "0", known(2, "0"));

        assertThat(fields()).contains("owner:" + token(2)).doesNotContain("owner:" + token(1), "suspect:" + token(1));
    }

    /** The clock was set back by an hour while an owner was suspected: it must not be suspected for an hour more. */
    @Test
    void aSuspicionFromTheFutureCountsFromNow() {
        hold(1, 1);
        TestRedis.bare(
                redis -> redis.hset(key("queue"), "suspect:" + token(1), Long.toString(serverMillis() + HOUR_MILLIS)));
        ScriptRunner scripts = ScriptRunner.connected(fixture);

        scripts.judge(queue, 100, "0", token(1), "1");
        assertThat(waiting()).isZero();
        scripts.judge(queue, 100, "0", token(1), "1");

        assertThat(waiting()).isEqualTo(1);
    }
}
