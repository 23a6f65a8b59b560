package io.lovage.benchmarks.page;

import io.lovage.benchmarks.report.Table;

/**
 * A chart with the table of its data below.
 *
 * @param note how to read it
 */
record Figure(Chart chart, Table data, String note) {
    Markup markup(String id) {
        Markup html = new Markup().open("figure");
        html.element("figcaption", note);
        if (!chart.isEmpty()) {
            html.add(Drawing.of(chart, id));
        }
        html.open("details").element("summary", "The data of: " + data.title());
        return html.add(Tabular.of(data)).close("details").close("figure");
    }
}
