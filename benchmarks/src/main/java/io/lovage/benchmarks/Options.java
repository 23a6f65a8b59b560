package io.lovage.benchmarks;

import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Rows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Ratios} was asked for.
 *
 * @param warmups runs of each variant before the first measured round
 * @param rounds measured runs of each variant
 * @param json where the figures are kept
 * @param document whose table is written; empty: it is printed only
 * @param render nothing is measured, the figures are read from {@code json}
 */
record Options(List<Row> rows, int warmups, int rounds, Optional<Path> json, Optional<Path> document, boolean render) {
    static final String USAGE = """
            usage: Ratios [--rows publish,redis-consume,kafka-lanes,memory,...] [--warmups 8] [--rounds 15]
                          [--json FILE] [--document FILE.md] [--render]
            --json keeps the figures; --document writes their table into a document, between its marks;
            --render measures nothing and takes the figures from --json""";

    private static final int WARMUPS = 8;
    private static final int ROUNDS = 15;

    static Options parse(String... arguments) {
        Options options = new Options(Rows.ALL, WARMUPS, ROUNDS, Optional.empty(), Optional.empty(), false);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--render")) {
                options = options.rendering();
            } else if (i + 1 < arguments.length) {
                options = options.with(arguments[i], arguments[++i]);
            } else {
                throw new IllegalArgumentException("not understood: " + arguments[i] + "\n" + USAGE);
            }
        }
        if (options.render && options.json.isEmpty()) {
            throw new IllegalArgumentException("--render needs --json FILE\n" + USAGE);
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--rows" -> new Options(rows(value), warmups, rounds, json, document, render);
            case "--warmups" -> new Options(rows, count(name, value), rounds, json, document, render);
            case "--rounds" -> new Options(rows, warmups, count(name, value), json, document, render);
            case "--json" -> new Options(rows, warmups, rounds, Optional.of(Path.of(value)), document, render);
            case "--document" -> new Options(rows, warmups, rounds, json, Optional.of(Path.of(value)), render);
            default -> throw new IllegalArgumentException("not understood: " + name + "\n" + USAGE);
        };
    }

    private Options rendering() {
        return new Options(rows, warmups, rounds, json, document, true);
    }

    private static List<Row> rows(String names) {
        return Arrays.stream(names.split(",", -1))
                .map(name -> Rows.named(name.strip()))
                .toList();
    }

    private static int count(String name, String value) {
        int count = Integer.parseInt(value);
        if (count < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
        return count;
    }
}
