package io.lovage.examples.bulkimport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A CSV file as its chunks know it. Size and time of the last change tell a worker whether the file is still the one
 * that was cut.
 *
 * @param file absolute; every worker must see the file under this path
 */
public record Table(String file, long bytes, long modifiedMillis, List<Column> columns) {
    public Table {
        columns = List.copyOf(columns);
    }

    public Path path() {
        return Path.of(file);
    }

    /**
     * Checks that the file has not changed since it was cut.
     *
     * @throws UnusableFileException when it has, or is gone
     */
    public void checkUnchanged() throws IOException {
        try {
            if (Files.size(path()) != bytes || Files.getLastModifiedTime(path()).toMillis() != modifiedMillis) {
                throw changed();
            }
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(file + " is gone; every worker must see it under this path", e);
        }
    }

    UnusableFileException changed() {
        return new UnusableFileException(file + " has changed while it was imported");
    }
}
