package io.lovage.benchmarks.page;

import io.lovage.benchmarks.report.Table;
import java.util.List;

/** A table of a page. */
final class Tabular {
    private Tabular() {}

    static Markup of(Table table) {
        Markup html = new Markup()
                .open(
                        "div",
                        "class",
                        table.names() == table.headers().size() ? "wide words" : "wide",
                        "tabindex",
                        "0",
                        "role",
                        "region",
                        "aria-label",
                        table.title());
        html.open("table").element("caption", table.title()).open("thead").open("tr");
        for (int column = 0; column < table.headers().size(); column++) {
            html.element("th", table.headers().get(column), "scope", "col", "class", css(table, column));
        }
        html.close("tr").close("thead").open("tbody");
        table.rows().forEach(row -> html.add(row(table, row)));
        return html.close("tbody").close("table").close("div");
    }

    private static Markup row(Table table, List<String> cells) {
        Markup html = new Markup().open("tr");
        for (int column = 0; column < cells.size(); column++) {
            if (column == 0) {
                html.open("th", "scope", "row").add(coded(cells.get(column))).close("th");
            } else {
                html.open("td", "class", css(table, column))
                        .add(coded(cells.get(column)))
                        .close("td");
            }
        }
        return html.close("tr");
    }

    private static String css(Table table, int column) {
        return column < table.names() ? "t" : "n";
    }

    /** What stands between backquotes is code. */
    private static Markup coded(String text) {
        Markup html = new Markup();
        boolean code = false;
        for (String part : text.split("`", -1)) {
            if (code) {
                html.element("code", part);
            } else {
                html.text(part);
            }
            code = !code;
        }
        return html;
    }
}
