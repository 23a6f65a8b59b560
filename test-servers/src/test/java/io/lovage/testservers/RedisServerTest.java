package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RedisServerTest {
    @Test
    void keepsItsDataOverKillAndRestartAndForgetsItWhenStopped() throws IOException {
        RedisServer redis = TestServers.startRedis().orSkip(Assumptions::abort);
        try (redis) {
            assertThat(ask(redis, "SET key value")).isEqualTo("+OK");
            redis.kill();
            assertThat(redis.isRunning()).isFalse();
            redis.restart();
            assertThat(ask(redis, "STRLEN key")).isEqualTo(":5");
            redis.restart();
            assertThat(ask(redis, "STRLEN key")).isEqualTo(":5");
        }
        assertThat(Handshake.connects(redis.port())).isFalse();
    }

    @Test
    void answersNothingWhileFrozenAndCanBeStoppedThen() {
        RedisServer redis = TestServers.startRedis().orSkip(Assumptions::abort);
        try (redis) {
            redis.freeze();
            assertThat(Handshake.isRedis(redis.port())).isFalse();
            redis.resume();
            assertThat(Handshake.isRedis(redis.port())).isTrue();
            redis.freeze();
        }
        assertThat(redis.isRunning()).isFalse();
    }

    @Test
    void theSharedOneIsBroughtBackAfterAKill() {
        RedisServer shared = TestServers.redis().orSkip(Assumptions::abort);
        shared.kill();
        assertThat(SharedServers.redis()).isSameAs(shared);
        assertThat(Handshake.isRedis(shared.port())).isTrue();
    }

    private static String ask(RedisServer redis, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring(0, answer.indexOf('\r'));
        }
    }
}
