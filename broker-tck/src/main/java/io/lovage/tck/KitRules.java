package io.lovage.tck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules that the kit has tests for, read from the tests. */
public final class KitRules {
    private KitRules() {}

    /** Every rule and the names of its tests. */
    public static Map<RuleId, Set<String>> tests() {
        Map<RuleId, Set<String>> found = new TreeMap<>();
        chapterTests()
                .forEach(test -> RuleId.atStartOf(displayName(test))
                        .ifPresent(rule -> found.computeIfAbsent(rule, id -> new TreeSet<>())
                                .add(test.getName())));
        return found;
    }

    /** The tests of chapters whose display name does not begin with a rule; there should be none. */
    static List<String> testsWithoutRule() {
        return chapterTests()
                .filter(test -> RuleId.atStartOf(displayName(test)).isEmpty())
                .map(Method::getName)
                .toList();
    }

    private static Stream<Method> chapterTests() {
        return Arrays.stream(BrokerConformanceKit.class.getDeclaredClasses())
                .filter(chapter -> chapter.isAnnotationPresent(Nested.class))
                .flatMap(chapter -> Arrays.stream(chapter.getSuperclass().getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class));
    }

    private static String displayName(Method test) {
        DisplayName name = test.getAnnotation(DisplayName.class);
        return name == null ? "" : name.value();
    }

    /** Those limits that name no rule, or no test of their rule. */
    static List<DeclaredLimits.Limit> unknown(DeclaredLimits limits) {
        Map<RuleId, Set<String>> known = tests();
        return limits.limits().stream().filter(limit -> !known(known, limit)).toList();
    }

    private static boolean known(Map<RuleId, Set<String>> tests, DeclaredLimits.Limit limit) {
        return RuleId.atStartOf(limit.rule())
                .filter(rule -> rule.toString().equals(limit.rule()))
                .map(rule -> tests.getOrDefault(rule, Set.of()))
                .filter(names -> limit.whole() ? !names.isEmpty() : names.contains(limit.test()))
                .isPresent();
    }
}
