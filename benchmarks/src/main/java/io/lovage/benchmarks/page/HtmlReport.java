package io.lovage.benchmarks.page;

import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.Choosing;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.Facts;
import io.lovage.benchmarks.report.Setting;
import io.lovage.benchmarks.report.Table;
import io.lovage.benchmarks.report.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The whole report as one page. Used by one thread. */
public final class HtmlReport {
    private static final String TITLE = "Lovage: brokers compared";

    private static final String LIMITS =
            "One machine: brokers, clients and workers share its cores and talk over loopback. A rate says as much about the"
                    + " machine as about the broker; the ratio to the bare client and the processor time for each task say more.";
    private static final String CHOOSING =
            "Measured rows are Lovage's, with 100 bytes of argument, each broker at its usual level. A dash is what was not"
                    + " measured. What is declared holds whatever the machine.";
    private static final String COMPARED =
            "Scores are medians of interleaved rounds. A ratio is taken within a round: its median, in brackets the least and"
                    + " the most. The ceiling is the broker's own client with bytes that nobody builds or reads.";

    private final BenchReport report;
    private final Markup html = new Markup();
    private int figures;

    private HtmlReport(BenchReport report) {
        this.report = report;
    }

    public static void write(BenchReport report, Path file) throws IOException {
        Files.writeString(file, of(report));
    }

    public static String of(BenchReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        html.verbatim("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.element("title", TITLE)
                .open("style")
                .verbatim(style())
                .close("style")
                .close("head");
        html.open("body").open("main").element("h1", TITLE);
        begin();
        section("pick", "Which broker should I pick?", CHOOSING);
        html.add(Tabular.of(Choosing.table(report, Facts.declared())));
        section("compared", "Every broker, with the bare client beside it", COMPARED);
        Tables.comparison(report).forEach(table -> html.add(Tabular.of(table)));
        figures("rates", "Rates", Rates.of(report));
        figures("latency", "Latency", Waits.of(report));
        figures("growth", "Growth", Growing.of(report));
        tables("costs", "Cost", Setting.costs(report));
        tables("terms", "Guarantees", Setting.terms(report));
        tables("environment", "Environment", Setting.environment(report), Setting.unknown(report));
        return html.close("main").close("body").close("html").toString();
    }

    private void begin() {
        Environment machine = report.environment().machine();
        html.element(
                "p",
                "Taken " + machine.started() + " (" + report.environment().plan() + ") on " + machine.processor() + ", "
                        + machine.cores() + " cores, " + machine.system() + ", with Lovage "
                        + report.environment().revision() + ".");
        html.element("p", LIMITS, "class", "note");
    }

    private void section(String id, String title, String text) {
        html.element("h2", title, "id", id).element("p", text, "class", "note");
    }

    private void figures(String id, String title, List<Figure> all) {
        if (!all.isEmpty()) {
            html.element("h2", title, "id", id);
            all.forEach(figure -> {
                html.element("h3", figure.chart().title());
                figures++;
                html.add(figure.markup("figure-" + figures));
            });
        }
    }

    private void tables(String id, String title, Table... tables) {
        html.element("h2", title, "id", id);
        for (Table table : tables) {
            if (!table.isEmpty()) {
                html.add(Tabular.of(table));
            }
        }
    }

    private static String style() {
        try (InputStream file = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("style.css"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
