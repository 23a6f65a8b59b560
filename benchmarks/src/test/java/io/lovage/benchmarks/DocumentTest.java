package io.lovage.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.report.Figures;
import io.lovage.benchmarks.report.GrowthFigures;
import io.lovage.benchmarks.report.GrowthTable;
import io.lovage.benchmarks.report.HeapFigures;
import io.lovage.benchmarks.report.HeapTable;
import io.lovage.benchmarks.report.RatioTable;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.report.StartFigures;
import io.lovage.benchmarks.report.StartTable;
import io.lovage.benchmarks.report.Summary;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/benchmarks.md shows the committed figures and nothing that somebody typed")
class DocumentTest {
    private static final Path PROJECT = Path.of("..");
    private static final Path DOCS = PROJECT.resolve("docs");
    private static final Path DOCUMENT = DOCS.resolve("benchmarks.md");

    @Test
    void theRatiosAreThoseOfTheCommittedRun() throws Exception {
        Figures figures = Figures.read(DOCS.resolve("benchmarks").resolve("ratios.json"));
        assertThat(new Section(DOCUMENT, RatioTable.SECTION).read()).isEqualTo(RatioTable.of(figures));
    }

    @Test
    void theComparisonIsThatOfTheCommittedReport() throws Exception {
        assertThat(new Section(Documents.document(PROJECT), Documents.COMPARED).read())
                .isEqualTo(Summary.whole(Documents.committed(PROJECT)));
        assertThat(new Section(Documents.readme(PROJECT), Documents.COMPARED).read())
                .isEqualTo(Summary.few(Documents.committed(PROJECT)));
    }

    @Test
    void theBrokersOfTheReadmeAreThoseOfTheDeclaredFacts() throws Exception {
        assertThat(new Section(Documents.readme(PROJECT), Documents.BROKERS).read())
                .isEqualTo(Documents.brokers());
    }

    @Test
    void theCostOfAFullQueueIsThatOfTheCommittedRun() throws Exception {
        GrowthFigures figures = GrowthFigures.read(DOCS.resolve("benchmarks").resolve("growth.json"));
        assertThat(new Section(DOCUMENT, GrowthCheck.SECTION).read()).isEqualTo(GrowthTable.of(figures));
    }

    @Test
    void howLongTasksWaitForWorkersIsThatOfTheCommittedRun() throws Exception {
        StartFigures figures = StartFigures.read(DOCS.resolve("benchmarks").resolve("starts.json"));
        assertThat(new Section(DOCUMENT, StartCheck.SECTION).read()).isEqualTo(StartTable.of(figures));
    }

    @Test
    void theHeapIsThatOfTheCommittedRun() throws Exception {
        HeapFigures figures = HeapFigures.read(DOCS.resolve("benchmarks").resolve("heap.json"));
        assertThat(new Section(DOCUMENT, HeapCheck.SECTION).read()).isEqualTo(HeapTable.of(figures));
    }
}
