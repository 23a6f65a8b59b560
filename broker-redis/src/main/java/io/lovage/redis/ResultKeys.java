package io.lovage.redis;

import io.lovage.spi.TaskId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The keys of results. A document lies where Celery's Redis backend has it, and is told on the channel of the same
 * name. The fence of a task that runs lies beside it, in a key of ours: Python reads an unchanged document. Immutable.
 *
 * @param prefix before every key, ending as Celery ends it
 */
record ResultKeys(String prefix) {
    private static final String DOCUMENT = "celery-task-meta-";
    private static final String GROUP = "celery-taskset-meta-";
    private static final String ENDS_A_PREFIX = ":_-.";

    /** Celery's rule for {@code global_keyprefix}: an underscore follows, unless something like it is there already. */
    static ResultKeys of(String keyPrefix) {
        boolean ended = keyPrefix.isEmpty() || ENDS_A_PREFIX.indexOf(keyPrefix.charAt(keyPrefix.length() - 1)) >= 0;
        return new ResultKeys(ended ? keyPrefix : keyPrefix + "_");
    }

    /** The key of the document, which is also the channel on which it is told. */
    byte[] document(TaskId id) {
        return bytes(name(id));
    }

    /**
     * The key of the fence. In a cluster both keys of a task must share a slot, so the whole name of the other key is
     * the hash tag of this one; unless that name has a tag itself, which is then that of both.
     */
    byte[] fence(TaskId id) {
        String document = name(id);
        return bytes(hasTag(document) ? document + ":lovage:fence" : prefix + "lovage:{" + document + "}:fence");
    }

    /** Redis hashes what is between the first brace and the next closing one, if there is something. */
    private static boolean hasTag(String key) {
        int begin = key.indexOf('{');
        return begin >= 0 && key.indexOf('}', begin) > begin + 1;
    }

    /** A key in which the members of a group are counted. */
    byte[] group(String id, String suffix) {
        return bytes(prefix + GROUP + id + suffix);
    }

    /** The task whose states are told on a channel. */
    Optional<TaskId> task(byte[] channel) {
        String name = new String(channel, StandardCharsets.UTF_8);
        String start = prefix + DOCUMENT;
        return name.startsWith(start) && name.length() > start.length()
                ? Optional.of(new TaskId(name.substring(start.length())))
                : Optional.empty();
    }

    private String name(TaskId id) {
        return prefix + DOCUMENT + id;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
