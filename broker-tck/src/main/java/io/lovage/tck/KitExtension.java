package io.lovage.tck;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Ties the kit to JUnit: starts the harness once per subclass, gives each test its {@link Trial}, skips what is
 * declared as a limit, and notes what came out.
 */
final class KitExtension implements BeforeAllCallback, ExecutionCondition, ParameterResolver, TestWatcher {
    /** The configuration parameter of JUnit that says where results are written; {@code none} for nowhere. */
    static final String REPORT_FOLDER = "lovage.tck.report";

    private static final String USUAL_FOLDER = "target/conformance";
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(KitExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (context.getTestInstance().orElse(null) instanceof ConformanceKit kit) {
            String folder = context.getConfigurationParameter(REPORT_FOLDER).orElse(USUAL_FOLDER);
            Optional<Path> where = folder.equals("none") ? Optional.empty() : Optional.of(Path.of(folder));
            context.getStore(SPACE).put(KitRun.class, new KitRun(kit.newHarness(), kit.onlyChapter(), where));
        }
    }

    static KitRun run(ExtensionContext context) {
        KitRun run = context.getStore(SPACE).get(KitRun.class, KitRun.class);
        if (run == null) {
            throw new IllegalStateException("no harness was started for " + context.getDisplayName());
        }
        return run;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestMethod()
                .flatMap(test -> RuleId.atStartOf(context.getDisplayName())
                        .flatMap(rule -> run(context).limits().find(rule.toString(), test.getName())))
                .map(limit -> ConditionEvaluationResult.disabled(limit.message()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("no limit is declared"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Trial.class || type == KitRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == KitRun.class) {
            return run(context);
        }
        Trial trial = new Trial(run(context).harness());
        context.getStore(SPACE).put(Trial.class, trial);
        return trial;
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, KitRun.Outcome.PASS, "");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, KitRun.Outcome.FAIL, String.valueOf(cause));
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, KitRun.Outcome.ABORTED, String.valueOf(cause));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, KitRun.Outcome.LIMIT, reason.orElse("no reason"));
    }

    private static void record(ExtensionContext context, KitRun.Outcome outcome, String reason) {
        RuleId.atStartOf(context.getDisplayName())
                .ifPresent(rule -> run(context)
                        .record(rule, context.getRequiredTestMethod().getName(), outcome, reason));
    }
}
