package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows that differ only in who did the work. They were measured in turns, so that they can be compared round by
 * round. Immutable.
 *
 * @param of the case, done by Lovage
 */
public record Group(Case of, Optional<BenchRow> lovage, Optional<BenchRow> bare, Optional<BenchRow> ceiling) {
    /** All of a report, in its order. */
    public static List<Group> of(BenchReport report) {
        Set<Case> cases = new LinkedHashSet<>();
        report.rows().forEach(row -> cases.add(row.of().by(Variant.LOVAGE)));
        return cases.stream().map(of -> of(report, of)).toList();
    }

    private static Group of(BenchReport report, Case of) {
        return new Group(
                of, row(report, of, Variant.LOVAGE), row(report, of, Variant.BARE), row(report, of, Variant.CEILING));
    }

    private static Optional<BenchRow> row(BenchReport report, Case of, Variant variant) {
        return report.rows().stream()
                .filter(row -> row.of().variant() == variant
                        && row.of().by(Variant.LOVAGE).equals(of))
                .findFirst();
    }

    /** Who is there, Lovage first. */
    public List<BenchRow> rows() {
        return Stream.of(lovage, bare, ceiling).flatMap(Optional::stream).toList();
    }

    /** Lovage by the bare client, round by round: of rates, for latency of the 99th percentiles. */
    public Optional<Spread> ratio() {
        return ratio(lovage, bare, figure());
    }

    /** The bare client's rate by that with opaque bytes, round by round. */
    public Optional<Spread> strength() {
        return ratio(bare, ceiling, BenchSample::score);
    }

    /** By how many milliseconds Lovage's 99th percentile is above the bare client's, round by round. */
    public Optional<Spread> later() {
        return of.what() == What.LATENCY
                ? paired(lovage, bare, BenchSample::p99Millis, (ours, theirs) -> ours - theirs)
                : Optional.empty();
    }

    private Function<BenchSample, @Nullable Double> figure() {
        return of.what() == What.LATENCY ? BenchSample::p99Millis : BenchSample::score;
    }

    private static Optional<Spread> ratio(
            Optional<BenchRow> one, Optional<BenchRow> other, Function<BenchSample, @Nullable Double> figure) {
        return paired(one, other, figure, (ours, theirs) -> ours / theirs);
    }

    private static Optional<Spread> paired(
            Optional<BenchRow> one,
            Optional<BenchRow> other,
            Function<BenchSample, @Nullable Double> figure,
            ByRound combined) {
        List<Double> rounds = one.map(BenchRow::used).orElse(List.of()).stream()
                .flatMap(sample -> other.map(BenchRow::used).orElse(List.of()).stream()
                        .filter(peer -> peer.round() == sample.round())
                        .flatMap(peer -> combined(figure.apply(sample), figure.apply(peer), combined).stream()))
                .toList();
        return rounds.isEmpty() ? Optional.empty() : Optional.of(Spread.of(rounds));
    }

    /** Nothing where one of them is not known, or nothing can be divided by it. */
    private static Optional<Double> combined(@Nullable Double ours, @Nullable Double theirs, ByRound combined) {
        return ours == null || theirs == null || theirs == 0
                ? Optional.empty()
                : Optional.of(combined.of(ours, theirs));
    }

    @FunctionalInterface
    private interface ByRound {
        double of(double ours, double theirs);
    }
}
