package io.lovage.console.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.console.ExitCode;
import io.lovage.console.LovageCommand;
import io.lovage.console.RunningProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoServerTest {
    @TempDir
    private Path folder;

    @Test
    void whereNoServerCanBeStartedOneLineSaysWhy() throws Exception {
        Map<String, String> environment = Map.of("LOVAGE_TEST_SKIPPED", "redis", "LOVAGE_TEST_REQUIRED", "");
        try (RunningProcess pitfall =
                RunningProcess.start(folder, environment, LovageCommand.class, "pitfall", "redis")) {
            assertThat(pitfall.exitCode(60)).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(pitfall.out().lines()).isEmpty();
            assertThat(pitfall.errors().lines())
                    .last()
                    .asString()
                    .startsWith("lovage pitfall: a private Redis is not available: ");
        }
    }
}
