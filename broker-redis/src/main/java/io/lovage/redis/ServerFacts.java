package io.lovage.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server tells of itself in {@code INFO}, and in {@code CONFIG GET} where that may be asked. What it does not
 * tell is empty. Immutable.
 *
 * @param seesClients whether this user may know which connections there are
 */
record ServerFacts(Map<String, String> info, Map<String, String> config, boolean seesClients) {
    private static final String FSYNC = "appendfsync";
    private static final String SAVE = "save";

    /** What is asked for with {@code CONFIG GET}. */
    static final List<String> SETTINGS = List.of(FSYNC, SAVE);

    ServerFacts {
        info = Map.copyOf(info);
        config = Map.copyOf(config);
    }

    /** Reads what {@code INFO} answers: lines of {@code key:value}. */
    static Map<String, String> lines(String text) {
        Map<String, String> read = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                read.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return read;
    }

    /** Names the run of the server process: the ids of its clients mean something within one run alone. */
    Optional<String> runId() {
        return known(info, "run_id");
    }

    Optional<String> version() {
        return known(info, "redis_version");
    }

    /** Whether every write is logged to disk. */
    Optional<Boolean> appendOnly() {
        return known(info, "aof_enabled").map("1"::equals);
    }

    Optional<String> appendFsync() {
        return known(config, FSYNC);
    }

    /** Whether snapshots are taken now and then. */
    Optional<Boolean> snapshots() {
        return known(config, SAVE).map(save -> !save.isBlank());
    }

    Optional<String> evictionPolicy() {
        return known(info, "maxmemory_policy");
    }

    /** Bytes; 0 means no limit. */
    Optional<Long> maxMemory() {
        return known(info, "maxmemory")
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    Optional<Integer> replicas() {
        return known(info, "connected_slaves")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Integer::valueOf);
    }

    private static Optional<String> known(Map<String, String> facts, String key) {
        return Optional.ofNullable(facts.get(key));
    }
}
