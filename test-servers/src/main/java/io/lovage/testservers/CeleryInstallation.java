package io.lovage.testservers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Python that has Celery. Another one may stand first on the PATH, for which nothing is installed, so the
 * distribution's own is asked first. Looked for once. Thread-safe.
 */
final class CeleryInstallation {
    private static final String VARIABLE = "LOVAGE_TEST_PYTHON";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private CeleryInstallation() {}

    static Path python() {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        Path own = Path.of("/usr/bin/python3");
        return Files.isExecutable(own) ? own : Programs.find("python3").orElse(own);
    }

    /** Why there is none here, and what to do; empty when there is one. */
    static Optional<String> missing() {
        return Looked.REASON;
    }

    /** Once for this JVM. */
    private static final class Looked {
        static final Optional<String> REASON = look();
    }

    private static Optional<String> look() {
        try {
            Programs.run(List.of(python().toString(), "-c", "import celery, redis"), name -> true, Map.of(), LIMIT);
            return Optional.empty();
        } catch (ServerException e) {
            return Optional.of("Celery is not installed for " + python()
                    + " (Debian and Ubuntu: apt-get install python3-celery python3-redis; elsewhere set " + VARIABLE
                    + " to a Python that has them)");
        }
    }
}
