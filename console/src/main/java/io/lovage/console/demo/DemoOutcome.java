package io.lovage.console.demo;

import io.lovage.examples.bulkimport.ImportResult;
import java.util.Optional;

/** What a run found, and how long the import took without the start of the workers. */
record DemoOutcome(ImportResult result, double seconds, Optional<KillOne.Outcome> kill) {
    double tasksPerSecond() {
        return seconds > 0 ? result.tasks() / seconds : 0;
    }
}
