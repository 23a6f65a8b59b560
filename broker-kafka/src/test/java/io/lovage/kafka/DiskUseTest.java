package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is done leaves the disk. */
class DiskUseTest {
    private static final Task<String, Integer> MEASURE = Task.of("proof.measure", String.class, Integer.class);
    private static final int MEBIBYTE = 1 << 20;
    private static final int TASKS = 120;
    private static final int AT_ONCE = 5;
    /** As the topic is made by default; the one that is written stays, and the next one may have begun. */
    private static final long SEGMENT = 16L * MEBIBYTE;

    private final WholeWorkers workers = new WholeWorkers(TestKafka.server().url());
    private final QueueSpec queue = WholeWorkers.queue();

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    /** What the server says of the log of the queue's topic. */
    private long bytesInLog() {
        return TestKafka.bare(admin -> {
            try {
                return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                        .flatMap(folders -> folders.values().stream())
                        .map(LogDirDescription::replicaInfos)
                        .flatMap(replicas -> replicas.entrySet().stream())
                        .filter(replica -> replica.getKey().topic().equals(queue.name()))
                        .mapToLong(replica -> replica.getValue().size())
                        .sum();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /**
     * What lies in the folder of the queue's topic, also what is to be deleted; without the indexes, which are sparse.
     */
    private long bytesInFolder(Path logs) throws IOException {
        long bytes = 0;
        try (var files = Files.list(logs.resolve(queue.name() + "-0"))) {
            for (Path file :
                    files.filter(each -> each.toString().contains(".log")).toList()) {
                try {
                    bytes += Files.size(file);
                } catch (NoSuchFileException gone) {
                    bytes += 0; // deleted meanwhile
                }
            }
        }
        return bytes;
    }

    private long bytes() throws IOException {
        Path logs = TestKafka.server().logFolder().orElse(null);
        return logs == null ? bytesInLog() : Math.max(bytesInLog(), bytesInFolder(logs));
    }

    @Test
    @DisplayName("R10.7 when 150 MB of tasks are done, less than two segments of them are left on the disk")
    void whatIsDoneLeavesTheDisk() throws IOException, InterruptedException {
        CountDownLatch mayRun = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(TASKS);
        Lovage lovage = workers.connect();
        workers.ends(lovage.worker()
                .queue(queue, 1)
                .concurrency(4)
                .handle(MEASURE, (text, context) -> {
                    mayRun.await();
                    left.countDown();
                    return text.length();
                })
                .start());
        String megabyte = "x".repeat(MEBIBYTE);
        for (int sent = 0; sent < TASKS; sent += AT_ONCE) {
            lovage.sendAll(IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> MEASURE.with(megabyte).queue(queue.name()).ignoreResult())
                    .toList());
        }
        long before = bytes();

        mayRun.countDown();
        assertThat(left.await(WholeWorkers.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("all have run")
                .isTrue();
        Awaitility.await("what is done is gone").atMost(WholeWorkers.PATIENCE).until(() -> bytes() < 2 * SEGMENT);

        WholeWorkers.tell("on disk before " + before / MEBIBYTE + " MiB, when done " + bytes() / MEBIBYTE + " MiB");
        assertThat(before).isGreaterThan((long) TASKS * MEBIBYTE);
    }
}
