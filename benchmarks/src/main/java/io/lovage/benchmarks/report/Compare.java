package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report beside an older one. Immutable.
 *
 * @param unlike in what the two runs differ besides Lovage: machine, versions, settings, terms of a row. What is said
 *     here may be the reason of a change
 * @param changes of all cases that both have
 * @param countedOtherwise cases whose lost or duplicate tasks are others than before, in words
 */
public record Compare(
        List<String> unlike,
        List<Change> changes,
        List<String> countedOtherwise,
        List<Case> onlyBefore,
        List<Case> onlyAfter) {
    public Compare {
        unlike = List.copyOf(unlike);
        changes = List.copyOf(changes);
        countedOtherwise = List.copyOf(countedOtherwise);
        onlyBefore = List.copyOf(onlyBefore);
        onlyAfter = List.copyOf(onlyAfter);
    }

    public static Compare of(BenchReport before, BenchReport after) {
        List<String> unlike = new ArrayList<>(unlike(before.environment(), after.environment()));
        List<Change> changes = new ArrayList<>();
        List<String> counted = new ArrayList<>();
        for (BenchRow old : before.rows()) {
            Optional<BenchRow> now = after.row(old.of());
            if (now.isPresent()) {
                changes.addAll(Change.of(old, now.get()));
                unlike.addAll(terms(old, now.get()));
                counted.addAll(counts(old, now.get()));
            }
        }
        return new Compare(unlike, changes, counted, missing(before, after), missing(after, before));
    }

    /** Better and worse, as they come. */
    public List<Change> beyondNoise() {
        return changes.stream().filter(Change::beyondNoise).toList();
    }

    private static List<Case> missing(BenchReport here, BenchReport there) {
        return here.rows().stream()
                .map(BenchRow::of)
                .filter(of -> there.row(of).isEmpty())
                .toList();
    }

    private static List<String> unlike(BenchEnvironment before, BenchEnvironment after) {
        List<String> unlike = new ArrayList<>();
        Environment old = before.machine();
        Environment now = after.machine();
        differ("plan", before.plan(), after.plan(), unlike);
        differ("processor", old.processor(), now.processor(), unlike);
        differ("cores", Integer.toString(old.cores()), Integer.toString(now.cores()), unlike);
        differ("system", old.system(), now.system(), unlike);
        differ("JVM", old.jvm(), now.jvm(), unlike);
        differ("JVM options", old.jvmOptions(), now.jvmOptions(), unlike);
        differ("", old.versions(), now.versions(), unlike);
        for (String server : union(before.servers().keySet(), after.servers().keySet())) {
            if (before.servers().containsKey(server) && after.servers().containsKey(server)) {
                differ(
                        server + ": ",
                        Objects.requireNonNull(before.servers().get(server)),
                        Objects.requireNonNull(after.servers().get(server)),
                        unlike);
            }
        }
        return unlike;
    }

    private static List<String> terms(BenchRow old, BenchRow now) {
        List<String> unlike = new ArrayList<>();
        String row = old.of().label() + ": ";
        differ(row + "guarantee", old.terms().guarantee(), now.terms().guarantee(), unlike);
        differ(row, old.terms().parameters(), now.terms().parameters(), unlike);
        return unlike;
    }

    private static List<String> counts(BenchRow old, BenchRow now) {
        List<String> counted = new ArrayList<>();
        String row = old.of().label() + ": ";
        differ(row + "lost", count(old.outcome().lost()), count(now.outcome().lost()), counted);
        differ(
                row + "duplicates",
                count(old.outcome().duplicates()),
                count(now.outcome().duplicates()),
                counted);
        return counted;
    }

    private static String count(@Nullable Long count) {
        return count == null ? "not counted" : count.toString();
    }

    private static void differ(
            String prefix, Map<String, String> before, Map<String, String> after, List<String> unlike) {
        for (String key : union(before.keySet(), after.keySet())) {
            if (!key.equals("Lovage")) { // that it is another one is why somebody compares
                differ(prefix + key, before.getOrDefault(key, "none"), after.getOrDefault(key, "none"), unlike);
            }
        }
    }

    private static void differ(String what, String before, String after, List<String> unlike) {
        if (!before.equals(after)) {
            unlike.add(what + " was " + before + ", is " + after);
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }
}
