package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The story: a wrong port was told as "TimeoutException", as a frame size, or as a matter of certificates. */
@DisplayName("R10.2 what is no RabbitMQ is told as that")
class WrongPortTest {
    private static final NamedThreads THREADS = new NamedThreads("test");
    private static final byte[] HTTP = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SystemTime time = new SystemTime(THREADS);
    private ServerSocket port;
    private byte[] answer = new byte[0];

    @BeforeEach
    void listen() throws IOException {
        port = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
        port.close();
        time.close();
    }

    /** Takes connections until the end, and answers the first byte of each. */
    private void answers(byte[] bytes) {
        answer = bytes;
        THREADS.named("port").newThread(this::serve).start();
    }

    private void serve() {
        while (!port.isClosed()) {
            try (Socket taken = port.accept()) {
                taken.getInputStream().read();
                taken.getOutputStream().write(answer);
                taken.getOutputStream().flush();
            } catch (SocketException over) {
                // the client was not pleased, or the test is over
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> connecting(String scheme, Duration timeout) {
        ServiceUrl url = ServiceUrl.parse(scheme + "://127.0.0.1:" + port.getLocalPort() + "/");
        return assertThatThrownBy(
                () -> RabbitBroker.connect(new BrokerConfig(url, "test", timeout, Duration.ofMinutes(1), time, THREADS))
                        .close());
    }

    @Test
    void aPortThatSaysNothing() {
        connecting("amqp", Duration.ofMillis(300))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining(": no answer within ")
                .hasMessageNotContaining("TimeoutException");
    }

    @Test
    void aPortThatSpeaksSomethingElse() {
        answers(HTTP);

        connecting("amqp", Duration.ofMinutes(1))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("does not speak AMQP 0-9-1")
                .hasMessageNotContaining("Frame size");
    }

    @Test
    void aPortThatHangsUp() {
        answers(new byte[0]);

        connecting("amqp", Duration.ofMinutes(1))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("is it another server's port");
    }

    @Test
    void aPortWithoutTls() {
        answers(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});

        connecting("amqps", Duration.ofMinutes(1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(": the port may not speak TLS");
    }
}
