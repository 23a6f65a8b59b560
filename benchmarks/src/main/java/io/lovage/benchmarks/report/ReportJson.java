package io.lovage.benchmarks.report;

import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report as text: what {@link ReportReader} reads and {@link ReportWriter} writes. */
final class ReportJson {
    static final String FORMAT = "lovage bench 1";

    private static final String REMEDY =
            "; it is not a report of this version of lovage bench:" + " measure anew with bin/lovage bench --json FILE";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPrettyPrinter(new DefaultPrettyPrinter()
                    .withArrayIndenter(new ShallowIndenter())
                    .withObjectIndenter(new ShallowIndenter()))
            .build();

    private ReportJson() {}

    static BenchReport read(String name, String text) {
        try {
            return read(name, text, ReportReader::report);
        } catch (UnusableReportException e) {
            throw new UnusableReportException(e.getMessage() + REMEDY, e);
        }
    }

    static <T> T read(String name, String text, Function<Fields, T> reader) {
        try {
            return Fields.read("", JSON.readTree(text), reader);
        } catch (UnusableReportException e) {
            throw new UnusableReportException(name + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new UnusableReportException(name + " is not valid JSON" + place, e);
        }
    }

    static String write(BenchReport report) {
        return JSON.writeValueAsString(ReportWriter.report(report));
    }
}
