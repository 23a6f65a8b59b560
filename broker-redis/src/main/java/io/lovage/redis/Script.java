package io.lovage.redis;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script in a file beside this class. Scripts that work on the lists of a queue begin with {@code queue.lua},
 * which names the keys; all scripts of queues end with {@code guard.lua}. Immutable.
 *
 * @param output what it answers
 * @param sha1 what the server knows it by
 */
record Script(String name, String source, ScriptOutputType output, String sha1) {
    /** A script that works on the keys of one queue, in the order of {@link QueueKeys}. */
    static Script ofQueue(String name, ScriptOutputType output) {
        return of(name, read("queue.lua") + guarded(name), output);
    }

    /** A script that works on some keys of one or more queues. */
    static Script ofQueues(String name, ScriptOutputType output) {
        return of(name, guarded(name), output);
    }

    private static String guarded(String name) {
        return "local function work()\n" + read(name + ".lua") + "end\n" + read("guard.lua");
    }

    /** A script that stands for itself. */
    static Script alone(String name, ScriptOutputType output) {
        return of(name, read(name + ".lua"), output);
    }

    private static Script of(String name, String source, ScriptOutputType output) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new Script(name, source, output, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the script " + file + " is missing from this module's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the script " + file, e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
