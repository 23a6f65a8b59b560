package io.lovage.examples.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
    @TempDir
    private Path folder;

    @Nested
    class Reading {
        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        void endsRowsAtEveryKindOfLineEnd(String lineEnd) throws IOException {
            assertThat(read("a,b" + lineEnd + "c,d" + lineEnd)).containsExactly("[a, b]", "[c, d]");
            assertThat(read("a,b" + lineEnd + "c,d")).containsExactly("[a, b]", "[c, d]");
        }

        @Test
        void keepsQuotedCommasLineEndsAndQuotes() throws IOException {
            assertThat(read("\"a,b\",\"c\r\nd\ne\",\"say \"\"hi\"\"\"\n1,2,3"))
                    .containsExactly("[a,b, c\r\nd\ne, say \"hi\"]", "[1, 2, 3]");
        }

        @Test
        void keepsEmptyFieldsWhetherQuotedOrNot() throws IOException {
            assertThat(read(",\"\",\n,")).containsExactly("[, , ]", "[, ]");
        }

        @Test
        void readsCharactersOfEveryPlane() throws IOException {
            assertThat(read("é,日本,😀\n")).containsExactly("[é, 日本, 😀]");
        }

        @Test
        void findsNoRowInAnEmptyFile() throws IOException {
            assertThat(read("")).isEmpty();
        }

        @Test
        void tellsEmptyLines() throws IOException {
            try (CsvReader reader = open("\n\"\"\n,\n".getBytes(StandardCharsets.UTF_8))) {
                List<Boolean> blank = new ArrayList<>();
                while (reader.next()) {
                    blank.add(reader.blank());
                }
                assertThat(blank).containsExactly(true, false, false);
            }
        }
    }

    @Nested
    class Rejecting {
        @Test
        void aQuoteInTheMiddleOfAFieldCostsItsRowOnly() throws IOException {
            assertThat(read("a,b\"c\n1,2\n")).containsExactly("quotes", "[1, 2]");
            assertThat(read("\"a\"b,c\n1,2\n")).containsExactly("quotes", "[1, 2]");
        }

        @Test
        void aQuoteThatIsNeverClosedCostsItsLineOnly() throws IOException {
            assertThat(read("1,2\n\"a,b\n3,4\n5,6\n")).containsExactly("[1, 2]", "quotes", "[3, 4]", "[5, 6]");
        }

        @Test
        void aQuoteThatSwallowsTheNextQuotedFieldCostsItsLineOnly() throws IOException {
            assertThat(read("\"a,b\r\n3,4\r\n\"x\",\"y\"\r\n")).containsExactly("quotes", "[3, 4]", "[x, y]");
        }

        @Test
        void aQuoteOpenedInALaterFieldLeavesTheLinesBeforeItInItsRow() throws IOException {
            assertThat(read("\"a\nb\",\"c\nd,e\n")).containsExactly("quotes", "[d, e]");
        }

        @Test
        void anUnclosedQuoteInTheLastRowIsOneRow() throws IOException {
            assertThat(read("1,2\n3,\"")).containsExactly("[1, 2]", "quotes");
        }

        @Test
        void bytesThatAreNotUtf8AreTold() throws IOException {
            byte[] bytes = {'a', ',', (byte) 0xC3, '\n', 'b', ',', 'c', '\n', (byte) 0xED, (byte) 0xA0, (byte) 0x80};
            assertThat(read(bytes)).containsExactly("encoding", "[b, c]", "encoding");
        }

        @Test
        void aHugeFieldIsOneRowAndHarmsNoOther() throws IOException {
            String huge = "x".repeat(CsvReader.LONGEST_ROW_BYTES + 1);
            assertThat(read("1,2\n" + huge + ",1\n3,4\n\"" + huge + "\n" + huge + "\",1\n5,6\n"))
                    .containsExactly("[1, 2]", "too_large", "[3, 4]", "too_large", "[5, 6]");
        }

        @Test
        void aFieldOfTheLongestAllowedLengthIsRead() throws IOException {
            assertThat(read("y".repeat(CsvReader.LONGEST_ROW_BYTES))).hasSize(1).noneMatch("too_large"::equals);
        }

        @Test
        void manyUnclosedQuotesAreReadInLinearTime() throws IOException {
            assertThat(read("\"\n" + "\"\"\n".repeat(200_000))).hasSize(200_001);
            assertThat(read("\"a\n".repeat(200_001))).hasSize(200_001).allMatch("quotes"::equals);
        }
    }

    @Nested
    class Cutting {
        /** Whatever the bytes are, reading part by part finds what reading the whole finds. */
        @RepeatedTest(300)
        void partsGiveTheSameRowsAsTheWhole(RepetitionInfo repetition) throws IOException {
            Random random = new Random(repetition.getCurrentRepetition());
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append("a,\"\"\n\r".charAt(random.nextInt(6)));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            List<Long> cuts = new ArrayList<>();
            List<String> whole = new ArrayList<>();
            try (CsvReader reader = open(bytes)) {
                while (reader.next()) {
                    whole.add(show(reader.row()));
                    cuts.add(reader.end());
                }
            }
            List<String> parts = new ArrayList<>();
            long from = 0;
            while (!cuts.isEmpty() && from < bytes.length) {
                long to = cuts.get(random.nextInt(cuts.size()));
                if (to > from) {
                    parts.addAll(readAll(new CsvReader(folder.resolve("file.csv"), from, to)));
                    from = to;
                }
            }
            assertThat(parts)
                    .as("seed %d: %s", repetition.getCurrentRepetition(), text)
                    .isEqualTo(whole);
        }
    }

    @Test
    void writtenRowsAreReadBack() throws IOException {
        StringBuilder text = new StringBuilder();
        new CsvWriter(text).write(List.of("a,b", "say \"hi\"", "two\nlines", "plain", ""));
        assertThat(read(text.toString())).containsExactly("[a,b, say \"hi\", two\nlines, plain, ]");
    }

    private List<String> read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> read(byte[] bytes) throws IOException {
        return readAll(open(bytes));
    }

    private CsvReader open(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("file.csv"), bytes);
        return new CsvReader(file, 0, bytes.length);
    }

    private static List<String> readAll(CsvReader opened) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CsvReader reader = opened) {
            while (reader.next()) {
                rows.add(show(reader.row()));
            }
        }
        return rows;
    }

    private static String show(CsvRow row) {
        return row.fold(Object::toString, (fault, detail) -> fault.code());
    }
}
