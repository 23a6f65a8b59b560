package io.lovage.kafkaserver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kafka.Kafka;
import kafka.tools.StorageTool;

/** A node of Kafka in one process: its folder is prepared when it is new, which otherwise costs a second JVM. */
public final class KafkaNode {
    private static final String MARK_OF_A_PREPARED_FOLDER = "meta.properties";

    private KafkaNode() {}

    /**
     * Runs until the process is told to end.
     *
     * @param arguments the file of its settings, the folder of its data, the identifier of the cluster, and what else
     *     the preparation of a new folder is to be told
     */
    public static void main(String[] arguments) {
        String settings = arguments[0];
        if (Files.notExists(Path.of(arguments[1], MARK_OF_A_PREPARED_FOLDER))) {
            String[] words = Stream.concat(
                            Stream.of("format", "-c", settings, "-t", arguments[2]),
                            Stream.of(arguments).skip(3))
                    .toArray(String[]::new);
            int code = StorageTool.execute(words, System.out);
            if (code != 0) {
                System.exit(code);
            }
        }
        Kafka.main(new String[] {settings});
    }
}
