package io.lovage.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.console.CommandRun;
import io.lovage.console.ExitCode;
import io.lovage.console.JsonLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DemoInMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void jsonIsOneLineOnStdoutWithTheTotalsOfAPlainLoop() throws IOException {
        Path file = folder.resolve("numbers.csv");
        StringBuilder text = new StringBuilder("n,word,half");
        long sum = 0;
        long empty = 0;
        for (int i = 0; i < 12_345; i++) {
            boolean missing = i % 7 == 0;
            text.append("\r\n")
                    .append(missing ? "" : i)
                    .append(",\"w,")
                    .append(i % 13)
                    .append("\",")
                    .append(i)
                    .append(".5");
            sum += missing ? 0 : i;
            empty += missing ? 1 : 0;
        }
        Files.writeString(file, text.append("\r\nx,y,1\r\n1,2\r\n1,2,3,4\r\n1,a\"b,2"));

        CommandRun run = CommandRun.of("demo", "--file", file.toString(), "--json", "--chunk-rows", "100");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = JsonLine.only(run.out());
        assertThat(json.path("rows").longValue()).isEqualTo(12_349);
        assertThat(json.path("rejected").longValue()).isEqualTo(4);
        assertThat(json.path("rejected_by_reason").toString()).isEqualTo("{\"quotes\":1,\"type\":1,\"width\":2}");
        assertThat(json.path("first_rejections").path(0).path("row").longValue())
                .isEqualTo(12_346);
        JsonNode n = json.path("columns").path(0);
        assertThat(n.path("name").stringValue()).isEqualTo("n");
        assertThat(n.path("type").stringValue()).isEqualTo("integer");
        assertThat(n.path("sum").isIntegralNumber()).isTrue();
        assertThat(n.path("sum").longValue()).isEqualTo(sum);
        assertThat(n.path("empty").longValue()).isEqualTo(empty);
        assertThat(n.path("min").toString()).isEqualTo("1");
        assertThat(n.path("max").toString()).isEqualTo("12344");
        JsonNode word = json.path("columns").path(1);
        assertThat(word.path("distinct").longValue()).isEqualTo(13);
        assertThat(word.path("sum").isNull()).isTrue();
        assertThat(word.path("top").size()).isEqualTo(5);
        assertThat(word.path("top").path(0).toString()).isEqualTo("{\"value\":\"w,0\",\"count\":950}");
        assertThat(json.path("columns").path(2).path("type").stringValue()).isEqualTo("decimal");
        assertThat(json.path("tasks").intValue()).isEqualTo(124);
        assertThat(json.path("retries").intValue()).isZero();
        assertThat(json.path("redelivered").intValue()).isZero();
        assertThat(json.path("seconds").doubleValue()).isPositive();
        assertThat(json.path("tasks_per_second").doubleValue()).isPositive();
        assertThat(run.err()).contains("100%  12,349 rows, 4 rejected, 124 tasks");
    }

    @Test
    void withoutAFileTheCharactersOfThisJavaAreCountedAndTheirFileIsRemoved() {
        CommandRun run = CommandRun.of("demo", "--json");
        long characters = 0;
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            int type = Character.getType(codePoint);
            boolean counted =
                    type != Character.UNASSIGNED && type != Character.PRIVATE_USE && type != Character.SURROGATE;
            characters += counted ? 1 : 0;
        }
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(JsonLine.only(run.out()).path("rows").longValue()).isEqualTo(characters);
        String file = run.errLines().get(0).replaceFirst(".* to ", "");
        assertThat(Path.of(file)).doesNotExist();
    }

    @Test
    void forPeopleATableSumsUp() throws IOException {
        Path file = Files.writeString(folder.resolve("few.csv"), "day,n\n2024-01-02,1500\n2024-01-01,-2.5\nonly one\n");
        CommandRun run = CommandRun.of("demo", "--file", file.toString());
        assertThat(run.exitCode()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).startsWith("column").endsWith("most frequent");
        assertThat(lines.get(1)).startsWith("day     date").contains("2024-01-01  2024-01-02");
        assertThat(lines.get(2)).startsWith("n       decimal").contains("1,497.5");
        assertThat(lines.get(4)).isEqualTo("3 rows, 1 rejected {width=1}");
        assertThat(lines.get(5)).isEqualTo("  row 3: width: 1 fields instead of 2");
        assertThat(lines.get(6)).startsWith("1 task in ").endsWith("0 retries, 0 redelivered");
    }

    @Test
    void aFileWithAHeaderOnlyHasNoRows() throws IOException {
        Path file = Files.writeString(folder.resolve("header.csv"), "a,b\n");
        CommandRun run = CommandRun.of("demo", "--file", file.toString(), "--json");
        assertThat(run.exitCode()).isZero();
        JsonNode json = JsonLine.only(run.out());
        assertThat(json.path("rows").longValue()).isZero();
        assertThat(json.path("columns").size()).isEqualTo(2);
        assertThat(json.path("tasks").intValue()).isZero();
    }

    @Test
    void wholeNumbersBeyond64BitsStayExact() throws IOException {
        Path file = Files.writeString(folder.resolve("big.csv"), "n\n" + "9223372036854775807\n".repeat(3));
        CommandRun run = CommandRun.of("demo", "--file", file.toString(), "--json", "--chunk-rows", "1");
        assertThat(run.out()).contains("\"sum\":27670116110564327421,");
    }

    @Test
    void filesThatCannotBeUsedAreOneClearLine() throws IOException {
        Path empty = Files.write(folder.resolve("empty.csv"), new byte[0]);
        Path latin = Files.write(folder.resolve("latin.csv"), "é\n1\n".getBytes(StandardCharsets.ISO_8859_1));
        refused("no such file: ", "--file", folder.resolve("none.csv").toString());
        refused("not a readable file: ", "--file", folder.toString());
        refused("is empty; its first row must name the columns", "--file", empty.toString());
        refused("must name the columns, in UTF-8", "--file", latin.toString());
    }

    @Test
    void optionsThatNeedABrokerSayS() {
        refused("--kill-one needs --broker", "--kill-one");
        refused("--results needs --broker", "--results", "redis://localhost");
        refused(
                "--kill-one needs at least 2 --workers",
                "--kill-one",
                "--broker",
                "amqp://localhost",
                "--workers",
                "1");
    }

    private static void refused(String message, String... args) {
        String[] all = new String[args.length + 2];
        all[0] = "demo";
        all[1] = "--json";
        System.arraycopy(args, 0, all, 2, args.length);
        CommandRun run = CommandRun.of(all);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("lovage demo: ")
                .contains(message);
    }
}
