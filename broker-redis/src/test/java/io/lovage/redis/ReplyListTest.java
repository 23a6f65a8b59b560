package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list in which a client waits for replies. */
class ReplyListTest {
    private static final int MORE_THAN_LUA_HANDS_ON = 10_000;

    private final String address = UUID.randomUUID().toString();
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        TestRedis.bare(redis -> redis.del(address));
        fixture.close();
    }

    private void reply(int replies) {
        KeySpace keys = new KeySpace("", false, false);
        List<byte[]> arguments = new ArrayList<>(List.of(Scripts.bytes(1000)));
        for (int i = 0; i < replies; i++) {
            arguments.add(Scripts.bytes(i));
        }
        Object answer = ScriptRunner.connected(fixture)
                .session()
                .run(
                        Scripts.REPLY,
                        new byte[][] {keys.reply(address), keys.existenceOf(address)},
                        arguments.toArray(byte[][]::new))
                .join();
        assertThat(answer).isEqualTo(1L);
    }

    @Test
    void takesAnyNumberOfRepliesInOneStep() {
        reply(MORE_THAN_LUA_HANDS_ON);

        assertThat(TestRedis.<Long>bare(redis -> redis.llen(address))).isEqualTo(MORE_THAN_LUA_HANDS_ON);
        assertThat(TestRedis.<String>bare(redis -> redis.rpop(address))).isEqualTo("0");
    }

    @Test
    void expiresItsTimeAfterTheLastReplyAndNotAfterTheFirst() {
        reply(1);
        TestRedis.bare(redis -> redis.expire(address, 5));

        reply(1);

        assertThat(TestRedis.<Long>bare(redis -> redis.ttl(address))).isGreaterThan(5);
    }
}
