package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("Binding arguments")
class ArgumentBinderTest {
    private final ArgumentBinder binder = new ArgumentBinder();

    record Chunk(String file, long firstRow, int rows) {}

    record Tolerant(
            String name, Optional<Integer> size, @Nullable String note, OptionalInt level) {}

    @SuppressWarnings("ArrayRecordComponent") // Python's bytes arrive as byte[]
    record Values(
            BigDecimal price,
            UUID key,
            Instant at,
            OffsetDateTime zoned,
            LocalDateTime local,
            LocalDate day,
            LocalTime time,
            Duration length,
            byte[] raw,
            List<BigDecimal> prices,
            Map<String, Object> more) {}

    record Nest(Chunk inner, List<Chunk> list) {}

    record Positive(int value) {
        Positive {
            if (value < 0) {
                throw new IllegalArgumentException("value must not be negative");
            }
        }
    }

    record Ratio(double value, @Nullable Double other) {}

    record Anything(Object value) {}

    enum Colour {
        RED
    }

    record Mixed(boolean flag, Colour colour, BigInteger big, short small, float part, char letter) {}

    @Nested
    class Writes {
        @Test
        void aRecordAsKeywordArgumentsByComponentName() {
            Payload payload = binder.write(new Chunk("a.csv", 5, 500));

            assertThat(payload.args().isEmpty()).isTrue();
            assertThat(payload.kwargs().toString()).isEqualTo("{\"file\":\"a.csv\",\"firstRow\":5,\"rows\":500}");
        }

        @Test
        void oneOtherValueAsOnePositionalArgument() {
            assertThat(binder.write("x").args().toString()).isEqualTo("[\"x\"]");
            assertThat(binder.write(List.of(1, 2)).args().toString()).isEqualTo("[[1,2]]");
            assertThat(binder.write(Map.of("a", 1)).args().toString()).isEqualTo("[{\"a\":1}]");
        }

        @Test
        void nothingAsNothing() {
            assertThat(binder.write(null)).isEqualTo(Payload.NONE);
        }

        @Test
        void argumentsAsTheyAre() {
            Payload payload = binder.write(Arguments.of(1, null).and("k", List.of("v")));

            assertThat(payload.args().toString()).isEqualTo("[1,null]");
            assertThat(payload.kwargs().toString()).isEqualTo("{\"k\":[\"v\"]}");
        }

        @Test
        void whatJsonHasNoTypeForAsPlainText() {
            Payload payload = binder.write(Arguments.of(
                    new BigDecimal("1.50"),
                    new UUID(0, 7),
                    Instant.parse("2030-01-02T03:04:05.123456789Z"),
                    LocalDate.of(2030, 1, 2),
                    Duration.ofMinutes(5),
                    Optional.empty(),
                    Colour.RED));

            assertThat(payload.args().toString())
                    .isEqualTo("[\"1.50\",\"00000000-0000-0000-0000-000000000007\","
                            + "\"2030-01-02T03:04:05.123456789Z\",\"2030-01-02\",\"PT5M\",null,\"RED\"]");
        }

        @Test
        void notWhatCannotBeWrittenAndNamesItsType() {
            assertThatThrownBy(() -> binder.write(Arguments.of().and("job", new Broken())))
                    .isInstanceOf(UnserialisableException.class)
                    .hasMessageContaining("argument 'job'")
                    .hasMessageContaining("Broken")
                    .hasMessageContaining("no value");
        }

        /** The story: an object with private fields alone arrived as an empty map, and nobody noticed. */
        @Test
        void notWhatHasNothingToWrite() {
            assertThatThrownBy(() -> binder.write(new Closed()))
                    .isInstanceOf(UnserialisableException.class)
                    .hasMessageContaining("Closed has no properties; use a record, or give it public getters or fields")
                    .hasMessageNotContaining("Feature");
            assertThatThrownBy(() -> binder.write(Arguments.of(List.of(new Object()))))
                    .isInstanceOf(UnserialisableException.class);
        }

        @Test
        void aRecordWithoutComponentsAndAnEmptyMap() {
            assertThat(binder.write(Arguments.of(new Nothing(), Map.of()))
                            .args()
                            .toString())
                    .isEqualTo("[{},{}]");
        }

        @Test
        void notWhatContainsItself() {
            List<Object> endless = new ArrayList<>();
            endless.add(endless);

            assertThatThrownBy(() -> binder.write(Arguments.of(endless)))
                    .isInstanceOf(UnserialisableException.class)
                    .hasMessageContaining("contains itself");
        }
    }

    @Nested
    class ReadsARecord {
        @Test
        void fromKeywordsFromPositionsAndFromBoth() {
            Chunk chunk = new Chunk("a.csv", 5, 500);

            assertThat(read("[]", "{\"rows\":500,\"file\":\"a.csv\",\"firstRow\":5}", Chunk.class))
                    .isEqualTo(chunk);
            assertThat(read("[\"a.csv\",5,500]", "{}", Chunk.class)).isEqualTo(chunk);
            assertThat(read("[\"a.csv\",5]", "{\"rows\":500}", Chunk.class)).isEqualTo(chunk);
        }

        @Test
        void withoutWhatMayBeAbsent() {
            assertThat(read("[\"n\"]", "{}", Tolerant.class))
                    .isEqualTo(new Tolerant("n", Optional.empty(), null, OptionalInt.empty()));
            assertThat(read("[\"n\",3,null,null]", "{}", Tolerant.class))
                    .isEqualTo(new Tolerant("n", Optional.of(3), null, OptionalInt.empty()));
        }

        @Test
        void withNestedOnes() {
            Nest nest = new Nest(new Chunk("a", 1, 2), List.of(new Chunk("b", 3, 4)));

            assertThat(binder.read(binder.write(nest), Nest.class)).isEqualTo(nest);
        }

        @Test
        void withEveryValueThatItWrites() {
            Values values = new Values(
                    new BigDecimal("1.50"),
                    new UUID(1, 2),
                    Instant.parse("2030-01-02T03:04:05.123456789Z"),
                    OffsetDateTime.parse("2030-01-02T03:04:05+02:00"),
                    LocalDateTime.parse("2030-01-02T03:04:05"),
                    LocalDate.of(2030, 1, 2),
                    LocalTime.of(3, 4),
                    Duration.ofSeconds(90),
                    new byte[] {1, 2, 3},
                    List.of(new BigDecimal("0.10")),
                    Map.of("n", 1L, "d", 1.5, "b", true));

            Values read = Objects.requireNonNull(binder.read(binder.write(values), Values.class));

            assertThat(read).usingRecursiveComparison().isEqualTo(values);
        }

        @Test
        void withPrimitivesOfEveryKind() {
            Mixed mixed = new Mixed(true, Colour.RED, BigInteger.TEN.pow(30), (short) 3, 0.5f, 'x');

            assertThat(binder.read(binder.write(mixed), Mixed.class)).isEqualTo(mixed);
        }

        @Test
        void withPythonsNumbersThatAreNone() {
            assertThat(read("[NaN, Infinity]", "{}", Ratio.class))
                    .isEqualTo(new Ratio(Double.NaN, Double.POSITIVE_INFINITY));
            assertThat(read("[-0.0, 3]", "{}", Ratio.class)).isEqualTo(new Ratio(-0.0, 3.0));
            assertThat(binder.read(binder.write(new Ratio(Double.NEGATIVE_INFINITY, null)), Ratio.class))
                    .isEqualTo(new Ratio(Double.NEGATIVE_INFINITY, null));
        }

        @Test
        void withTheMarkedTypesOfKombu53() {
            Values read = read(
                    "[]",
                    "{\"price\":" + mark("decimal", "1.50")
                            + ",\"key\":{\"__type__\":\"uuid\",\"__value__\":"
                            + "{\"hex\":\"00000000000000000000000000000007\",\"version\":null}}"
                            + ",\"at\":" + mark("datetime", "2030-01-02T03:04:05+02:00")
                            + ",\"zoned\":" + mark("datetime", "2030-01-02T03:04:05+02:00")
                            + ",\"local\":" + mark("datetime", "2030-01-02T03:04:05")
                            + ",\"day\":" + mark("date", "2030-01-02")
                            + ",\"time\":" + mark("time", "03:04:00")
                            + ",\"length\":\"PT90S\""
                            + ",\"raw\":" + mark("base64", "/wEC")
                            + ",\"prices\":[" + mark("decimal", "0.10") + "]"
                            + ",\"more\":{\"d\":" + mark("date", "2030-01-02") + "}}",
                    Values.class);

            assertThat(read.price()).isEqualTo(new BigDecimal("1.50"));
            assertThat(read.key()).isEqualTo(new UUID(0, 7));
            assertThat(read.at()).isEqualTo(Instant.parse("2030-01-02T01:04:05Z"));
            assertThat(read.zoned()).isEqualTo(OffsetDateTime.parse("2030-01-02T03:04:05+02:00"));
            assertThat(read.local()).isEqualTo(LocalDateTime.parse("2030-01-02T03:04:05"));
            assertThat(read.day()).isEqualTo(LocalDate.of(2030, 1, 2));
            assertThat(read.time()).isEqualTo(LocalTime.of(3, 4));
            assertThat(read.raw()).containsExactly(-1, 1, 2);
            assertThat(read.prices()).containsExactly(new BigDecimal("0.10"));
            assertThat(read.more()).containsEntry("d", LocalDate.of(2030, 1, 2));
        }

        @Test
        void withThePlainTextsOfOlderKombu() {
            record Times(Instant at, Instant plain, OffsetDateTime zoned, LocalDateTime local, LocalDate day) {}

            Times read = read(
                    "[\"2030-01-02T03:04:05Z\",\"2030-01-02T03:04:05\",\"2030-01-02T03:04:05.000001\","
                            + "\"2030-01-02T03:04:05Z\",\"2030-01-02T00:00:00\"]",
                    "{}",
                    Times.class);

            assertThat(read.at()).isEqualTo(read.plain()).isEqualTo(Instant.parse("2030-01-02T03:04:05Z"));
            assertThat(read.zoned()).isEqualTo(OffsetDateTime.parse("2030-01-02T03:04:05.000001Z"));
            assertThat(read.local()).isEqualTo(LocalDateTime.parse("2030-01-02T03:04:05"));
            assertThat(read.day()).isEqualTo(LocalDate.of(2030, 1, 2));
        }

        @Test
        void withBytesOfPythonAsTextWhereTextIsDeclared() {
            record Text(String value) {}

            assertThat(read("[" + mark("bytes", "é") + "]", "{}", Text.class)).isEqualTo(new Text("é"));
        }
    }

    @Nested
    class RefusesForARecord {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "[\"a\",5]|{}|argument 'rows' is missing",
                    "[]|{}|argument 'file' is missing",
                    "[\"a\",5,6,7]|{}|4 positional arguments, but Chunk has only 3",
                    "[\"a\",5,6]|{\"x\":1}|argument 'x' is surplus: Chunk has only [file, firstRow, rows]",
                    "[\"a\",5,6]|{\"rows\":1}|argument 'rows' is given twice, by position and by name"
                })
        void whatIsMissingSurplusOrGivenTwice(String args, String kwargs, String message) {
            assertThatThrownBy(() -> read(args, kwargs, Chunk.class))
                    .isInstanceOf(ArgumentMismatchException.class)
                    .hasMessage(message);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "[\"a\",5,\"6\"]|argument 'rows' is no int",
                    "[\"a\",5,6.5]|argument 'rows' is no int",
                    "[\"a\",5,1e999999999]|argument 'rows' is no int",
                    "[\"a\",5,null]|argument 'rows' is no int",
                    "[\"a\",5,true]|argument 'rows' is no int",
                    "[\"a\",5,\"\"]|argument 'rows' is no int",
                    "[\"a\",5,3000000000]|argument 'rows' is no int",
                    "[7,5,6]|argument 'file' is no java.lang.String",
                    "[{},5,6]|argument 'file' is no java.lang.String",
                    "[\"a\",123456789012345678901234567890,6]|argument 'firstRow' is no long"
                })
        void theWrongType(String args, String message) {
            assertThatThrownBy(() -> read(args, "{}", Chunk.class))
                    .isInstanceOf(ArgumentMismatchException.class)
                    .hasMessageStartingWith(message);
        }

        @Test
        void whatTheRecordItselfRefuses() {
            assertThatThrownBy(() -> read("[-1]", "{}", Positive.class))
                    .isInstanceOf(ArgumentMismatchException.class)
                    .hasMessageContaining("Positive refuses its arguments")
                    .hasMessageContaining("value must not be negative")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void aTimeThatWouldLoseItsOffsetOrItsHour() {
            record Local(LocalDateTime value) {}
            record Day(LocalDate value) {}

            assertThatThrownBy(() -> read("[\"2030-01-02T03:04:05+02:00\"]", "{}", Local.class))
                    .isInstanceOf(ArgumentMismatchException.class);
            assertThatThrownBy(() -> read("[\"2030-01-02T03:04:05\"]", "{}", Day.class))
                    .isInstanceOf(ArgumentMismatchException.class);
        }

        @Test
        @DisplayName("R12.1 a type that the payload names")
        void aTypeThatThePayloadNames() {
            assertThat(read("[{\"@class\":\"java.net.URL\",\"@type\":\"x\"}]", "{}", Anything.class))
                    .isEqualTo(new Anything(Map.of("@class", "java.net.URL", "@type", "x")));
        }
    }

    @Nested
    class ReadsOtherTypes {
        @Test
        void oneValue() {
            assertThat(read("[\"x\"]", "{}", String.class)).isEqualTo("x");
            assertThat(read("[5]", "{}", int.class)).isEqualTo(5);
            assertThat(read("[5]", "{}", Long.class)).isEqualTo(5L);
            assertThat((Object) read("[[1,2]]", "{}", List.class)).isEqualTo(List.of(1L, 2L));
            assertThat(readOrNull("[null]", "{}", String.class)).isNull();
        }

        @Test
        void notNoneOrSeveralOrOneByName() {
            assertThatThrownBy(() -> read("[]", "{}", String.class)).hasMessageContaining("missing");
            assertThatThrownBy(() -> read("[\"a\",\"b\"]", "{}", String.class))
                    .hasMessageContaining("got 2 positional");
            assertThatThrownBy(() -> read("[\"a\"]", "{\"x\":1}", String.class)).hasMessageContaining("[x]");
            assertThatThrownBy(() -> read("[{}]", "{}", String.class)).hasMessageContaining("no java.lang.String");
        }

        @Test
        void nothing() {
            assertThat(readOrNull("[]", "{}", Void.class)).isNull();
            assertThatThrownBy(() -> read("[1]", "{}", Void.class))
                    .isInstanceOf(ArgumentMismatchException.class)
                    .hasMessageContaining("takes no argument");
        }

        @Test
        void argumentsAsPlainValues() {
            Arguments arguments = read(
                    "[1,2.5,\"x\",true,null,123456789012345678901234567890,[{}],NaN]",
                    "{\"k\":{\"a\":-7}}",
                    Arguments.class);

            assertThat(arguments.args()).startsWith(1L, 2.5, "x", true, null);
            assertThat(arguments.args()).contains(new BigInteger("123456789012345678901234567890"), Double.NaN);
            assertThat(arguments.kwargs()).containsEntry("k", Map.of("a", -7L));
        }

        @Test
        void markedTypesAsTheirJavaTypes() {
            Arguments arguments = read(
                    "[" + mark("datetime", "2030-01-02T03:04:05+00:00") + "," + mark("datetime", "2030-01-02T03:04:05")
                            + "," + mark("date", "2030-01-02") + "," + mark("time", "03:04:05.5") + ","
                            + mark("decimal", "1.50") + "," + mark("bytes", "ab") + "]",
                    "{}",
                    Arguments.class);

            assertThat(arguments.args().subList(0, 5))
                    .containsExactly(
                            OffsetDateTime.of(2030, 1, 2, 3, 4, 5, 0, ZoneOffset.UTC),
                            LocalDateTime.of(2030, 1, 2, 3, 4, 5),
                            LocalDate.of(2030, 1, 2),
                            LocalTime.of(3, 4, 5, 500_000_000),
                            new BigDecimal("1.50"));
            assertThat((byte[]) arguments.args().get(5)).containsExactly('a', 'b');
        }

        @Test
        void marksThatNobodyKnowsOrThatAreBrokenAsMaps() {
            for (String value : List.of(
                    mark("geo", "x"),
                    mark("decimal", "NaN"),
                    mark("date", "soon"),
                    mark("base64", "%"),
                    "{\"__type__\":\"uuid\",\"__value__\":{\"hex\":\"zz\"}}",
                    "{\"__type__\":5,\"__value__\":6}")) {
                assertThat(read("[" + value + "]", "{}", Arguments.class).args().get(0))
                        .isInstanceOf(Map.class);
            }
        }

        @Test
        void goldenArgumentsOfBothGenerationsTheSameWay() {
            record Special(Instant at, BigDecimal price, UUID key, LocalDate day) {}

            for (String folder : List.of("amqp", "redis", "amqp-celery-5.6.2", "redis-celery-5.6.2")) {
                Golden.GoldenMessage golden = Golden.message(folder + "/special_types");
                Payload payload = new Payload((ArrayNode) golden.body().get(0), (ObjectNode)
                        golden.body().get(1));

                assertThat(binder.read(payload, Special.class))
                        .isEqualTo(new Special(
                                Instant.parse("2030-01-02T03:04:05Z"),
                                new BigDecimal("1.50"),
                                new UUID(0, 7),
                                LocalDate.of(2030, 1, 2)));
            }
        }
    }

    private <A> A read(String args, String kwargs, Class<A> type) {
        return Objects.requireNonNull(readOrNull(args, kwargs, type));
    }

    private <A> @Nullable A readOrNull(String args, String kwargs, Class<A> type) {
        Payload payload =
                new Payload((ArrayNode) Json.MAPPER.readTree(args), (ObjectNode) Json.MAPPER.readTree(kwargs));
        return binder.read(payload, type);
    }

    private static String mark(String type, String value) {
        return "{\"__type__\":\"" + type + "\",\"__value__\":\"" + value + "\"}";
    }

    /** Jackson finds a getter that throws. */
    public static final class Broken {
        private final List<String> values = List.of();

        public String getValue() {
            return values.stream().findFirst().orElseThrow(() -> new IllegalStateException("no value"));
        }
    }

    record Nothing() {}

    /** Has a field that nobody may read. */
    static final class Closed {
        @SuppressWarnings("UnusedVariable") // nobody reads it: that is what it is for
        private final int value = 5;
    }
}
