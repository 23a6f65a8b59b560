package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.TaskFailedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Arguments and results of every kind, through both languages. */
@ParameterizedClass
@EnumSource(Wiring.class)
class ValuesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final MixedSystem system;

    ValuesTest(Wiring wiring) {
        this.system = MixedSystem.of(wiring).withPythonWorker();
    }

    /** In Python's words: what {@code echo} returned is what was sent. */
    private @Nullable Object fromPython(String values) {
        return system.python().run("sent = [" + values + "]\nsend('java.echo', *sent).get(timeout=30)['args'] == sent");
    }

    private @Nullable Object fromJava(@Nullable Object... values) throws InterruptedException {
        Object echo =
                system.java().send(system.call("py.echo", Arguments.of(values))).get(LIMIT);
        return echo instanceof Map<?, ?> map ? map.get("args") : echo;
    }

    @Test
    void fromPythonReturnAsTheyWere() {
        assertThat(fromPython("None, True, False, 0, -1, 1.5, 1e300, ''")).isEqualTo(true);
        assertThat(fromPython("2**63 - 1, -2**63, 2**63, 10**40")).isEqualTo(true);
        assertThat(fromPython("'ünïcödé', '\\u0000', '\\U0001F427', 'a\"b\\\\c', 'x' * 100000"))
                .isEqualTo(true);
        assertThat(fromPython("[], {}, [[None]], {'a': {'b': [1, {'c': None}]}}, {'': 0}"))
                .isEqualTo(true);
    }

    @Test
    void fromJavaReturnAsTheyWere() throws InterruptedException {
        List<@Nullable Object> plain = Arrays.asList(null, true, 0L, -1L, 1.5, 1e300, "");
        assertThat(fromJava(plain.toArray())).isEqualTo(plain);
        assertThat(fromJava(Long.MAX_VALUE, Long.MIN_VALUE, BigInteger.TEN.pow(40)))
                .isEqualTo(List.of(Long.MAX_VALUE, Long.MIN_VALUE, BigInteger.TEN.pow(40)));
        String text = "ünïcödé \u0000 \uD83D\uDC27 a\"b\\c " + "x".repeat(100_000);
        assertThat(fromJava(text)).isEqualTo(List.of(text));
        Map<String, @Nullable Object> nested = new LinkedHashMap<>();
        nested.put("a", Map.of("b", List.of(1L, "c")));
        nested.put("", null);
        List<@Nullable Object> deep = new ArrayList<>(List.of(List.of(), Map.of(), nested));
        assertThat(fromJava(deep.toArray())).isEqualTo(deep);
    }

    /** Celery 5.2 knows no types for them: both sides see text. */
    @Test
    void thatJsonDoesNotKnowTravelAsText() throws InterruptedException {
        assertThat(system.python().run("""
                        send('java.echo', datetime.datetime(2030, 1, 2, 3, 4, 5), datetime.date(2030, 1, 2),
                             decimal.Decimal('1.50'), uuid.UUID(int=7)).get(timeout=30)['args']"""))
                .isEqualTo(List.of(
                        "2030-01-02T03:04:05", "2030-01-02T00:00:00", "1.50", "00000000-0000-0000-0000-000000000007"));
        assertThat(fromJava(
                        Instant.parse("2030-01-02T03:04:05Z"),
                        LocalDate.of(2030, 1, 2),
                        new BigDecimal("1.50"),
                        new UUID(0, 7)))
                .isEqualTo(
                        List.of("2030-01-02T03:04:05Z", "2030-01-02", "1.50", "00000000-0000-0000-0000-000000000007"));
    }

    /** As Celery 5.2 writes them and as 5.3 and later do; a record of Java gets what it declares. */
    @Test
    void thatJsonDoesNotKnowAreReadInTheOldAndTheNewEncoding() {
        String kinds =
                "Kinds[at=2030-01-02T03:04:05Z, day=2030-01-02, amount=1.50, id=00000000-0000-0000-0000-000000000007]";
        assertThat(system.python().run("""
                def mark(kind, value):
                    return {'__type__': kind, '__value__': value}

                at = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
                old = send('java.kinds', at, '2030-01-02', decimal.Decimal('1.50'), uuid.UUID(int=7))
                new = send('java.kinds', mark('datetime', at.isoformat()), mark('date', '2030-01-02'),
                           mark('decimal', '1.50'), mark('uuid', {'hex': uuid.UUID(int=7).hex}))
                [old.get(timeout=30), new.get(timeout=30)]
                """)).isEqualTo(List.of(kinds, kinds));
    }

    /** Python's whole numbers have no limit, and its sum of floats is a float. */
    @Test
    void areCountedAsPythonCounts() {
        assertThat(system.python().run("send('java.add', 2**62, 2**62, 2**62).get(timeout=30) == 3 * 2**62"))
                .isEqualTo(true);
        assertThat(system.python().run("send('java.mul', 10**20, 10**20).get(timeout=30) == 10**40"))
                .isEqualTo(true);
        assertThat(system.python().run("send('java.add', 1, 0.5).get(timeout=30)"))
                .isEqualTo(1.5);
    }

    @Test
    void thatAreMissingOrSurplusFailWithTheirName() {
        assertThat(failure("send('java.mul', 6)")).contains("y");
        assertThat(failure("send('java.mul', 6, 7, 8)")).contains("3");
        assertThat(failure("send('java.mul', 6, 7, z=8)")).contains("z");
        assertThat(failure("send('java.mul', 6, 7, x=8)")).contains("x");
        assertThat(failure("send('java.noop', 1)")).contains("no argument");
        assertThat(failure("send('java.fail')")).contains("message");

        TaskFailedException missing = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java().send(system.call("py.mul", 6)).get(LIMIT));
        assertThat(missing.type()).isEqualTo("TypeError");
        assertThat(missing.failure()).contains("'y'");
        TaskFailedException surplus = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java().send(system.call("py.mul", 6, 7, 8)).get(LIMIT));
        assertThat(surplus.type()).isEqualTo("TypeError");
        assertThat(surplus.failure()).contains("3 were given");
    }

    private String failure(String call) {
        PythonError error =
                catchThrowableOfType(PythonError.class, () -> system.python().run(call + ".get(timeout=30)"));
        assertThat(error.type()).isEqualTo("ArgumentMismatchException");
        return error.text();
    }
}
