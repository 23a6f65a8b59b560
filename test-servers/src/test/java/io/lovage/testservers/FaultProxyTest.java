package io.lovage.testservers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.testservers.FaultProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultProxyTest {
    private static final int SOON_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 150;

    private EchoServer echo;
    private FaultProxy proxy;

    FaultProxyTest() throws IOException {
        echo = new EchoServer();
        proxy = FaultProxy.to(echo.port());
    }

    @BeforeEach
    void bothRun() {
        assertThat(proxy.port()).isNotEqualTo(echo.port());
    }

    @AfterEach
    void noThreadIsLeft() {
        proxy.close();
        echo.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("fault-proxy-" + proxy.port()));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(SOON_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
    }

    private static void assertSilence(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(SOON_MILLIS);
    }

    @Test
    void passesBothWaysAndCarriesTheEndOfAStream() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "hello");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("hello");
        }
    }

    @Test
    void passesAMegabyteUnchanged() throws IOException {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + (i >> 8));
        }
        try (Socket socket = connect()) {
            Thread sender = new Thread(
                    () -> assertThat(catching(() -> socket.getOutputStream().write(large)))
                            .isTrue());
            sender.start();
            assertThat(Arrays.equals(socket.getInputStream().readNBytes(large.length), large))
                    .isTrue();
        }
    }

    private interface Io {
        void run() throws IOException;
    }

    private static boolean catching(Io work) {
        try {
            work.run();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aBlackHoleTowardsTheClientLetsTheRequestArriveAndHoldsItsAnswer() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "a");
            assertThat(receive(socket, 1)).isEqualTo("a");
            proxy.blackHole(Direction.TO_CLIENT);

            send(socket, "bcd");
            assertThat(Waiting.until(Duration.ofSeconds(10), () -> echo.received() == 4))
                    .isTrue();
            assertSilence(socket);

            proxy.pass(Direction.TO_CLIENT);
            assertThat(receive(socket, 3)).isEqualTo("bcd");
        }
    }

    @Test
    void aBlackHoleTowardsTheServerHoldsTheRequest() throws IOException {
        try (Socket socket = connect()) {
            proxy.blackHole(Direction.TO_SERVER);
            send(socket, "held");
            assertSilence(socket);
            assertThat(echo.received()).isZero();

            proxy.pass();
            assertThat(receive(socket, 4)).isEqualTo("held");
        }
    }

    @Test
    void aDelayHoldsEachPortionAtLeastThatLongAndEndsWhenItIsTakenBack() throws IOException {
        try (Socket socket = connect()) {
            proxy.delay(Direction.TO_SERVER, Duration.ofMillis(200));
            long begin = System.nanoTime();
            send(socket, "slow");
            assertThat(receive(socket, 4)).isEqualTo("slow");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));

            proxy.delay(Direction.TO_SERVER, Duration.ofHours(1));
            send(socket, "now");
            assertSilence(socket);
            proxy.pass();
            assertThat(receive(socket, 3)).isEqualTo("now");
        }
    }

    @Test
    void aCutResetsBothEndsAndLetsNewConnectionsIn() throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            send(socket, "x");
            assertThat(receive(socket, 1)).isEqualTo("x");
            assertThat(proxy.connections()).isEqualTo(1);

            proxy.cut();

            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(echo.reset().await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.connections()).isZero();
        }
        try (Socket again = connect()) {
            send(again, "y");
            assertThat(receive(again, 1)).isEqualTo("y");
            assertThat(proxy.accepted()).isEqualTo(2);
        }
    }

    @Test
    void refusesNewConnectionsKeepsOpenOnesAndAcceptsAgainOnTheSamePort() throws IOException {
        try (Socket open = connect()) {
            send(open, "1");
            assertThat(receive(open, 1)).isEqualTo("1");

            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            send(open, "2");
            assertThat(receive(open, 1)).isEqualTo("2");

            proxy.accept();
            proxy.accept();
            try (Socket again = connect()) {
                send(again, "3");
                assertThat(receive(again, 1)).isEqualTo("3");
            }
        }
    }

    @Test
    void cutsInTheMiddleOfWhatIsSentAndOnlyOnce() throws Exception {
        try (Socket socket = connect()) {
            var cut = proxy.cutAfter(Direction.TO_SERVER, 5).toCompletableFuture();
            send(socket, "abc");
            assertThat(receive(socket, 3)).isEqualTo("abc");
            assertThat(cut).isNotDone();

            send(socket, "defgh");
            cut.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> socket.getInputStream().readNBytes(5)).isInstanceOf(SocketException.class);
            assertThat(echo.received()).isLessThanOrEqualTo(5);
        }
        try (Socket again = connect()) {
            send(again, "longer than five");
            assertThat(receive(again, 16)).isEqualTo("longer than five");
        }
    }

    @Test
    void resetsTheClientWhenTheServerIsNotThere() throws IOException {
        echo.close();
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void putsItselfIntoTheUrlOfTheServer() {
        String here = "127.0.0.1:" + proxy.port();
        assertThat(proxy.url("amqp://guest:guest@127.0.0.1:5672/%2f?heartbeat=5"))
                .isEqualTo("amqp://guest:guest@" + here + "/%2f?heartbeat=5");
        assertThat(proxy.url("redis://localhost/0")).isEqualTo("redis://" + here + "/0");
    }

    @Test
    void closesWhileConnectionsAreHeldBackAndBusy() throws IOException {
        proxy.blackHole();
        try (Socket socket = connect()) {
            send(socket, "never arrives");
            proxy.close();
            proxy.close();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> proxy.accept()).isInstanceOf(IllegalStateException.class);
        }
    }
}
