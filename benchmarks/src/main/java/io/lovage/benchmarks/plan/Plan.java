package io.lovage.benchmarks.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The cases of a run, in the order they are measured in.
 *
 * @param warmups how often each case runs at most before the first measured round; when its rate has stopped rising, it
 *     is warm
 * @param rounds how often each case is measured, its variants in turns
 */
public record Plan(Scale scale, List<Case> cases, int warmups, int rounds) {
    /** A payload is a JSON object with a name and two numbers; fewer bytes do not hold one. */
    public static final int LEAST_PAYLOAD = 100;

    private static final int KIB = 1024;
    private static final List<Integer> PAYLOADS = List.of(LEAST_PAYLOAD, KIB, 10 * KIB, 256 * KIB);

    /** How thorough a run is. */
    public enum Scale {
        /** The usual level and the smallest payload, in under ten minutes. */
        QUICK,
        /** Every level, and every payload at the usual one. */
        FULL;

        /** Its name in a report. */
        public String label() {
            return Labels.lower(this);
        }
    }

    /** @throws IllegalArgumentException when a case is there twice, or nothing would be measured */
    public Plan {
        cases = List.copyOf(cases);
        if (cases.stream().distinct().count() != cases.size()) {
            throw new IllegalArgumentException("a case is there twice");
        }
        if (warmups < 0 || rounds < 1) {
            throw new IllegalArgumentException("not possible: warmups " + warmups + ", rounds " + rounds);
        }
    }

    /** What can be had in under ten minutes: every contender at its usual level, 100 bytes. */
    public static Plan quick() {
        List<Case> cases = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            for (What what : List.of(What.PUBLISH, What.CONSUME, What.END_TO_END, What.LATENCY)) {
                addAll(cases, contender, contender.usual(), what, LEAST_PAYLOAD);
            }
        }
        return new Plan(Scale.QUICK, cases, 6, 3);
    }

    /** Every level with small tasks, and every payload at the usual level. Latency is that of small tasks. */
    public static Plan full() {
        List<Case> cases = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            for (Level level : contender.levels()) {
                for (What what : What.values()) {
                    boolean small = what == What.LATENCY || level != contender.usual();
                    List<Integer> payloads = small ? List.of(LEAST_PAYLOAD) : PAYLOADS;
                    payloads.forEach(payload -> addAll(cases, contender, level, what, payload));
                }
            }
        }
        return new Plan(Scale.FULL, cases, 20, 5);
    }

    private static void addAll(List<Case> cases, Contender contender, Level level, What what, int payload) {
        cases.add(new Case(contender, level, what, Variant.LOVAGE, payload));
        if (contender == Contender.MEMORY || what == What.ROUND_TRIP) {
            return;
        }
        cases.add(new Case(contender, level, what, Variant.BARE, payload));
        if (what == What.PUBLISH || what == What.CONSUME) {
            cases.add(new Case(contender, level, what, Variant.CEILING, payload));
        }
    }

    /** The part of this plan that holds for these cases. */
    public Plan only(Predicate<Case> wanted) {
        return new Plan(scale, cases.stream().filter(wanted).toList(), warmups, rounds);
    }

    /**
     * The part of this plan that is about these brokers.
     *
     * @param names of brokers ({@code rabbitmq}) or of contenders ({@code rabbitmq-quorum})
     * @throws IllegalArgumentException when a name means nothing here
     */
    public Plan ofBrokers(Collection<String> names) {
        for (String name : names) {
            if (cases.stream().noneMatch(each -> isOf(each, name))) {
                throw new IllegalArgumentException("nothing to measure of " + name);
            }
        }
        return only(each -> names.stream().anyMatch(name -> isOf(each, name)));
    }

    private static boolean isOf(Case each, String name) {
        Contender contender = each.contender();
        return contender.label().equals(name) || contender.broker().label().equals(name);
    }

    /** The cases that differ only in who does the work, side by side: they are measured in turns. */
    public List<List<Case>> groups() {
        Map<Case, List<Case>> groups = new LinkedHashMap<>();
        for (Case each : cases) {
            groups.computeIfAbsent(each.by(Variant.LOVAGE), any -> new ArrayList<>())
                    .add(each);
        }
        return groups.values().stream().map(List::copyOf).toList();
    }
}
