package io.lovage.console.bench;

import io.lovage.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that will be written when all is measured. It is looked at before: nobody wants to learn after an hour that
 * there is no such folder.
 */
final class BenchOutput {
    private BenchOutput() {}

    /** Refuses what cannot be written. */
    static void check(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        if (file.toString().isBlank()) {
            throw new UsageException(option + " needs the name of a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(option + ": there is no folder " + folder + "; make it, or name another file");
        }
        if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException(option + ": cannot write " + file + "; name another file");
        }
    }

    /** Writes, or says which option named the file that cannot be written. */
    static void write(String option, Path file, Writing writing) {
        try {
            writing.to(file);
        } catch (IOException e) {
            throw new UsageException(
                    option + ": cannot write " + file + ": " + e.getClass().getSimpleName(), e);
        }
    }

    /** What is done to a file. */
    @FunctionalInterface
    interface Writing {
        void to(Path file) throws IOException;
    }
}
