package io.lovage.benchmarks.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.MadeUp;
import io.lovage.benchmarks.report.Terms;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    @Nested
    class ByItself {
        @Test
        void thePageNeedsNothingElseAndRunsNothing() throws Exception {
            Document page = parsed(MadeUp.full());
            assertThat(elements(page, "script")).isEmpty();
            assertThat(elements(page, "link")).isEmpty();
            assertThat(elements(page, "img")).isEmpty();
            assertThat(HtmlReport.of(MadeUp.full())).doesNotContain("http:", "https:", "@import", "url(");
        }

        @Test
        void itHasColoursForLightAndForDark() throws Exception {
            String style = elements(parsed(MadeUp.quick()), "style").get(0).getTextContent();
            assertThat(style).contains("prefers-color-scheme: dark", "color-scheme: light dark");
        }

        @Test
        void whatComesFromOutsideIsText() throws Exception {
            Case of = MadeUp.publish(Contender.REDIS, Variant.LOVAGE);
            BenchRow row = MadeUp.row(of, 1, 2, 3);
            Terms hostile = new Terms("<script>alert('&')</script>\u0007", Map.of("a\"b", "<b>"));
            Document page = parsed(MadeUp.of(new BenchRow(of, hostile, row.outcome(), row.samples(), row.points())));
            assertThat(elements(page, "script")).isEmpty();
            assertThat(page.getDocumentElement().getTextContent())
                    .contains("<script>alert('&')</script>\uFFFD", "a\"b=<b>");
        }
    }

    @Nested
    class Charts {
        @Test
        void eachHasATitleADescriptionAndTheTableOfItsData() throws Exception {
            List<Element> figures = elements(parsed(MadeUp.full()), "figure");
            assertThat(figures).hasSizeGreaterThan(15).allSatisfy(figure -> {
                Element picture = (Element) figure.getElementsByTagName("svg").item(0);
                assertThat(picture.getAttribute("role")).isEqualTo("img");
                assertThat(picture.getElementsByTagName("title").getLength()).isEqualTo(1);
                assertThat(picture.getElementsByTagName("desc").getLength()).isEqualTo(1);
                assertThat(figure.getElementsByTagName("table").getLength()).isEqualTo(1);
                assertThat(figure.getElementsByTagName("td").getLength()).isPositive();
                assertThat(figure.getElementsByTagName("figcaption").getLength())
                        .isEqualTo(1);
            });
        }

        @Test
        void noIdIsThereTwice() throws Exception {
            List<String> ids = elements(parsed(MadeUp.full()), "*").stream()
                    .map(element -> element.getAttribute("id"))
                    .filter(id -> !id.isEmpty())
                    .toList();
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        }

        @Test
        void allMarksLieInsideOfThePicture() throws Exception {
            for (Element picture : elements(parsed(MadeUp.full()), "svg")) {
                String[] box = picture.getAttribute("viewBox").split(" ", -1);
                NodeList lines = picture.getElementsByTagName("line");
                for (int i = 0; i < lines.getLength(); i++) {
                    Element line = (Element) lines.item(i);
                    assertThat(Double.parseDouble(line.getAttribute("x2"))).isBetween(0.0, Double.parseDouble(box[2]));
                    assertThat(Double.parseDouble(line.getAttribute("y2"))).isBetween(0.0, Double.parseDouble(box[3]));
                }
            }
        }

        @Test
        void seriesDifferByTheirMarksAndNotByColourAlone() {
            List<String> marks = new ArrayList<>();
            for (int series = 0; series < Marks.KINDS; series++) {
                marks.add(Marks.at(series, 0, 0).toString().replaceAll("class=\"[^\"]*\"", ""));
            }
            assertThat(marks).doesNotHaveDuplicates();
        }
    }

    @Nested
    class Scales {
        @Test
        void aLogarithmicScaleBeginsAndEndsAtPowersOfTen() {
            Scale scale = Scale.around(List.of(30.0, 4_000.0), 0, 100);
            assertThat(scale.at(10)).isZero();
            assertThat(scale.at(10_000)).isEqualTo(100);
            assertThat(scale.ticks()).startsWith(10.0).endsWith(10_000.0);
        }

        @Test
        void oneNumberHasAScaleToo() {
            assertThat(Scale.around(List.of(100.0), 0, 100).at(100)).isZero();
            assertThat(Scale.around(List.of(0.0), 0, 100).at(0)).isBetween(0.0, 100.0);
        }

        @Test
        void numbersOfAnAxisAreShort() {
            assertThat(Scale.label(200_000)).isEqualTo("200k");
            assertThat(Scale.label(1_000_000)).isEqualTo("1M");
            assertThat(Scale.label(0.5)).isEqualTo("0.5");
        }
    }

    @Nested
    class Choosing {
        @Test
        void itAnswersWithWhatIsMeasuredAndWhatIsDeclared() throws Exception {
            String page = parsed(MadeUp.quick()).getDocumentElement().getTextContent();
            assertThat(page)
                    .contains("Which broker should I pick?", "latency p50 / p99, ms", "CPU of the broker")
                    .contains("worker killed: its tasks run elsewhere", "within 5 s", "priorities", "8.5 years");
        }

        @Test
        void aBrokerThatWasNotMeasuredHasNoColumn() throws Exception {
            Case of = MadeUp.publish(Contender.REDIS, Variant.LOVAGE);
            Element table = elements(parsed(MadeUp.of(MadeUp.row(of, 1, 2, 3))), "table")
                    .get(0);
            assertThat(table.getElementsByTagName("thead").item(0).getTextContent())
                    .contains("Redis")
                    .doesNotContain("Kafka");
        }
    }

    private static Document parsed(BenchReport report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(HtmlReport.of(report))));
    }

    private static List<Element> elements(Document page, String name) {
        NodeList found = page.getElementsByTagName(name);
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            all.add((Element) found.item(i));
        }
        return all;
    }
}
