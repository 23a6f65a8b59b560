package io.lovage.examples.bulkimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilingTest {
    @TempDir
    private Path folder;

    @Nested
    class Totals {
        @ParameterizedTest
        @ValueSource(ints = {1, 7, 500, 100_000})
        void equalThoseOfAPlainLoopHoweverTheFileIsCut(int chunkRows) throws IOException {
            Path file = StrikesFile.write(folder.resolve("strikes.csv"), 5_000, 42);
            assertEqualToPlainLoop(Profiling.of(file, chunkRows), new StrikesFile.PlainTotals(file));
        }

        @Test
        void stayTheSameInAnyOrderAndWhenChunksRunTwice() throws IOException {
            Path file = StrikesFile.write(folder.resolve("strikes.csv"), 3_000, 43);
            assertThat(Profiling.shuffled(file, 100, 1)).isEqualTo(Profiling.of(file, 100));
        }

        @Test
        void ofTheCharacterTableCoverEveryAssignedCodePointOnce() throws IOException {
            Path file = folder.resolve("unicode.csv");
            UnicodeTable.write(file);
            long expected = 0;
            long sum = 0;
            for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
                int type = Character.getType(codePoint);
                if (type != Character.UNASSIGNED && type != Character.PRIVATE_USE && type != Character.SURROGATE) {
                    expected++;
                    sum += codePoint;
                }
            }
            TableProfile profile = Profiling.of(file, 500);
            ColumnProfile codePoints = Profiling.column(profile, "code point");
            assertThat(profile.rows()).isEqualTo(expected);
            assertThat(profile.rejectedByReason()).isEmpty();
            assertThat(codePoints.sum()).contains(BigDecimal.valueOf(sum));
            assertThat(codePoints.distinct()).isEqualTo(expected);
            assertThat(codePoints.distinctExact()).isTrue();
            assertThat(Profiling.column(profile, "name").distinct()).isEqualTo(expected);
        }

        private void assertEqualToPlainLoop(TableProfile profile, StrikesFile.PlainTotals plain) {
            assertThat(profile.rows()).isEqualTo(plain.rows);
            assertThat(profile.rejected()).isZero();
            for (String name : StrikesFile.HEADER) {
                ColumnProfile column = Profiling.column(profile, name);
                assertThat(column.distinct())
                        .as(name)
                        .isEqualTo(plain.values.getOrDefault(name, Set.of()).size());
                assertThat(column.empty()).as(name).isEqualTo(plain.empty.getOrDefault(name, 0L));
            }
            for (String name : List.of("Cost Other", "Cost Repair", "Speed")) {
                assertThat(Profiling.column(profile, name).sum())
                        .contains(BigDecimal.valueOf(plain.sums.getOrDefault(name, 0L)));
            }
        }
    }

    @Nested
    class Types {
        @Test
        void areInferredFromTheFirstRowsAndAStrayCodeInAColumnOfWordsIsText() throws IOException {
            TableProfile profile = Profiling.of(StrikesFile.write(folder.resolve("s.csv"), 4_000, 44), 300);
            assertThat(profile.columns().stream().map(c -> c.column().type()))
                    .containsExactly(
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.DATE,
                            ColumnType.INTEGER,
                            ColumnType.INTEGER,
                            ColumnType.INTEGER);
            assertThat(Profiling.column(profile, "Damage").distinct()).isEqualTo(5);
        }

        @Test
        void widenOverTheFirstRowsToWhateverFitsThemAll() throws IOException {
            TableProfile profile =
                    profile("a,b,c,d,e,f\n1,1,007,2024-02-29,,12345678901234567890\n2,2.5e2,8,2023-02-29,,1\n");
            assertThat(profile.columns().stream().map(c -> c.column().type()))
                    .containsExactly(
                            ColumnType.INTEGER,
                            ColumnType.DECIMAL,
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.TEXT,
                            ColumnType.INTEGER);
        }

        @Test
        void aLaterValueThatDoesNotFitRejectsItsRowButAnEmptyOneNever() throws IOException {
            StringBuilder text = new StringBuilder("n,day\n");
            for (int i = 0; i < Sketch.INFERRED_FROM_ROWS; i++) {
                text.append(i).append(",2024-01-01\n");
            }
            TableProfile profile = profile(text.append("x,2024-01-02\n,\n5,2024-13-01\n1.5,2024-01-01\n7,2024-01-03\n")
                    .toString());
            assertThat(profile.rows()).isEqualTo(1_005);
            assertThat(profile.rejectedByReason()).containsExactly(Map.entry("type", 3L));
            assertThat(profile.firstRejections()).extracting(Rejection::row).containsExactly(1_001L, 1_003L, 1_004L);
            assertThat(profile.firstRejections().get(0).detail()).isEqualTo("'x' in column 'n' is no integer");
            assertThat(Profiling.column(profile, "n").sum()).contains(BigDecimal.valueOf(499_500 + 7));
            assertThat(Profiling.column(profile, "n").empty()).isEqualTo(1);
            assertThat(Profiling.column(profile, "day").max()).contains("2024-01-03");
        }

        @Test
        void sumsAreExactBeyond64Bits() throws IOException {
            TableProfile profile = profile("n,d\n9223372036854775807,0.1\n9223372036854775807,0.2\n-1,1e2\n");
            assertThat(Profiling.column(profile, "n").sum()).contains(new BigDecimal("18446744073709551613"));
            assertThat(Profiling.column(profile, "n").min()).contains("-1");
            assertThat(Profiling.column(profile, "d").sum()).contains(new BigDecimal("100.3"));
            assertThat(Profiling.column(profile, "d").max()).contains("1e2");
        }
    }

    @Nested
    class Rows {
        @Test
        void keepNumberAndReasonWhenRejectedAndAreNotCountedInColumns() throws IOException {
            TableProfile profile = profile("a,b\n1,x\n2\n3,y,z\n4,\"q\n5,\"two\nlines\"\n6,r\"s\n7,t");
            assertThat(profile.rows()).isEqualTo(7);
            assertThat(profile.rejectedByReason()).isEqualTo(Map.of("width", 2L, "quotes", 2L));
            assertThat(profile.firstRejections())
                    .extracting(Rejection::row, Rejection::reason)
                    .containsExactly(tuple(2L, "width"), tuple(3L, "width"), tuple(4L, "quotes"), tuple(6L, "quotes"));
            assertThat(Profiling.column(profile, "a").sum()).contains(BigDecimal.valueOf(1 + 5 + 7));
            assertThat(Profiling.column(profile, "b").max()).contains("x");
        }

        @Test
        void thatAreEmptyLinesAreNoRowsExceptInATableOfOneColumn() throws IOException {
            assertThat(profile("a,b\n\n1,2\n\n\n").rows()).isEqualTo(1);
            TableProfile one = profile("a\n\n1\n");
            assertThat(one.rows()).isEqualTo(2);
            assertThat(Profiling.column(one, "a").empty()).isEqualTo(1);
        }

        @Test
        void thatAreNotUtf8AreRejected() throws IOException {
            byte[] bytes = "a,b\n1,é\n2,x\n".getBytes(StandardCharsets.ISO_8859_1);
            TableProfile profile = Profiling.of(Files.write(folder.resolve("latin.csv"), bytes), 1);
            assertThat(profile.rejectedByReason()).isEqualTo(Map.of("encoding", 1L));
            assertThat(profile.rows()).isEqualTo(2);
        }

        @Test
        void thatAreHugeAreRejectedAndThoseAroundThemAreNot() throws IOException {
            TableProfile profile = profile("a,b\n1,x\n2," + "y".repeat(3_000_000) + "\n3,z\n");
            assertThat(profile.rejectedByReason()).isEqualTo(Map.of("too_large", 1L));
            assertThat(Profiling.column(profile, "a").sum()).contains(BigDecimal.valueOf(4));
        }

        @Test
        void beyondTheKeptRejectionsAreStillCounted() throws IOException {
            TableProfile profile = profile("a,b\n1,2\n" + "x\n".repeat(2_500));
            assertThat(profile.rejected()).isEqualTo(2_500);
            assertThat(profile.firstRejections()).hasSize(TableMerger.KEPT_REJECTIONS);
            assertThat(profile.firstRejections().get(999).row()).isEqualTo(1_001);
        }
    }

    @Nested
    class Values {
        @Test
        void areRankedByFrequencyThenOrder() throws IOException {
            TableProfile profile = profile("a\nx\ny\nx\nw\nz\nv\nu\n");
            assertThat(Profiling.column(profile, "a").top())
                    .containsExactly(
                            new ValueCount("x", 2),
                            new ValueCount("u", 1),
                            new ValueCount("v", 1),
                            new ValueCount("w", 1),
                            new ValueCount("y", 1));
        }

        @Test
        void thatAreLongAreAbbreviatedButStayDifferent() throws IOException {
            String same = "😀".repeat(200);
            TableProfile profile = profile("a,b\n" + same + "1,x\n" + same + "2,x\n");
            assertThat(Profiling.column(profile, "a").distinct()).isEqualTo(2);
            assertThat(Profiling.column(profile, "a").max().orElseThrow()).startsWith("😀".repeat(50) + "…");
        }

        @Test
        void areOrderedByCodePointAndNumbersByValue() throws IOException {
            TableProfile profile = profile("t,n\n\uFFFD,10\n😀,9\n");
            assertThat(Profiling.column(profile, "t").max()).contains("😀");
            assertThat(Profiling.column(profile, "n").max()).contains("10");
        }

        @Test
        void areCountedExactlyUpToTheLimitAndEstimatedBeyondIt() {
            ValueCounts exact = new ValueCounts(1_000);
            ValueCounts estimated = new ValueCounts(1_000);
            for (int i = 0; i < 200_000; i++) {
                exact.add("value " + i % 1_000, 1);
                estimated.add("value " + i, 1);
            }
            assertThat(exact.distinct()).isEqualTo(1_000);
            assertThat(exact.isExact()).isTrue();
            assertThat(estimated.isExact()).isFalse();
            assertThat(estimated.distinct()).isBetween(180_000L, 220_000L);
            assertThat(estimated.top(5)).isEmpty();
        }
    }

    @Nested
    class WholeFiles {
        @Test
        void withAHeaderOnlyHaveNoRows() throws IOException {
            TableProfile profile = profile("a,b");
            assertThat(profile.rows()).isZero();
            assertThat(profile.columns()).hasSize(2);
            assertThat(Profiling.column(profile, "a").min()).isEmpty();
        }

        @Test
        void mayBeginWithAByteOrderMark() throws IOException {
            assertThat(Profiling.column(profile("\uFEFFa,b\n1,2\n"), "a").sum()).contains(BigDecimal.ONE);
        }

        @Test
        void mayRepeatOrOmitHeaderNames() throws IOException {
            Sketch sketch = Sketch.of(write("a,a,,a (2),a\n"));
            assertThat(sketch.table().columns().stream().map(Column::name))
                    .containsExactly("a", "a (3)", "column 3", "a (2)", "a (4)");
            assertThat(sketch.renamed()).hasSize(3);
        }

        @Test
        void thatCannotBeUsedAreRefusedInOneClearLine() throws IOException {
            assertThatThrownBy(() -> Sketch.of(folder.resolve("none.csv")))
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessageContaining("no such file: ");
            assertThatThrownBy(() -> Sketch.of(folder)).hasMessageContaining("not a readable file: ");
            assertThatThrownBy(() -> Sketch.of(write(""))).hasMessageContaining("is empty; its first row must name");
            assertThatThrownBy(() -> Sketch.of(write("\"a,b\n1,2\n"))).hasMessageContaining("must name the columns");
            byte[] utf16 = "a,b\n".getBytes(StandardCharsets.UTF_16);
            assertThatThrownBy(() -> Sketch.of(Files.write(folder.resolve("utf16.csv"), utf16)))
                    .hasMessageContaining("in UTF-8");
        }

        @Test
        void thatChangeWhileTheyAreImportedAreNotedByTheWorker() throws IOException {
            Path file = write("a,b\n1,2\n3,4\n");
            Chunk chunk = Profiling.chunks(Sketch.of(file), 10).get(0);
            Files.setLastModifiedTime(file, FileTime.fromMillis(chunk.table().modifiedMillis() + 5_000));
            assertThatThrownBy(() -> new ChunkProfiler(chunk).run(ChunkProfile.Run.FIRST))
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessageContaining("has changed while it was imported");
            Files.delete(file);
            assertThatThrownBy(() -> new ChunkProfiler(chunk).run(ChunkProfile.Run.FIRST))
                    .hasMessageContaining("is gone");
        }

        @Test
        void thatChangeWithoutChangingSizeAndTimeAreNotedByTheNumberOfRows() throws IOException {
            Path file = write("a,b\n1,2\n3,4\n");
            Chunk chunk = Profiling.chunks(Sketch.of(file), 10).get(0);
            Files.writeString(file, "a,b\n1,2,3,4\n");
            Files.setLastModifiedTime(file, FileTime.fromMillis(chunk.table().modifiedMillis()));
            assertThatThrownBy(() -> new ChunkProfiler(chunk).run(ChunkProfile.Run.FIRST))
                    .hasMessageContaining("has changed");
        }
    }

    private TableProfile profile(String text) throws IOException {
        return Profiling.of(write(text), 2);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("file.csv"), text);
    }
}
