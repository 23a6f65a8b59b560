package io.lovage.redis;

import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;

/** All scripts; what each does and expects stands in its file. */
final class Scripts {
    static final Script PUSH = Script.ofQueue("push", ScriptOutputType.INTEGER);
    static final Script DELAY = Script.ofQueue("delay", ScriptOutputType.INTEGER);
    static final Script TAKE = Script.ofQueue("take", ScriptOutputType.MULTI);
    static final Script RELEASE = Script.ofQueue("release", ScriptOutputType.VALUE);
    static final Script TICK = Script.ofQueue("tick", ScriptOutputType.MULTI);
    static final Script JUDGE = Script.ofQueue("judge", ScriptOutputType.MULTI);
    static final Script JOIN = Script.ofQueue("join", ScriptOutputType.INTEGER);
    static final Script DECLARE = Script.ofQueue("declare", ScriptOutputType.INTEGER);
    static final Script STATS = Script.ofQueue("stats", ScriptOutputType.MULTI);
    static final Script PURGE = Script.ofQueue("purge", ScriptOutputType.INTEGER);
    static final Script ACK = Script.ofQueues("ack", ScriptOutputType.VALUE);
    static final Script BURY = Script.ofQueues("bury", ScriptOutputType.VALUE);
    static final Script ACK_AFTER = Script.ofQueues("ack_after", ScriptOutputType.INTEGER);
    static final Script RENEW = Script.ofQueues("renew", ScriptOutputType.VALUE);
    static final Script RESEND = Script.ofQueues("resend", ScriptOutputType.INTEGER);
    static final Script TRIM = Script.alone("trim", ScriptOutputType.INTEGER);
    static final Script REPLY = Script.ofQueues("reply", ScriptOutputType.INTEGER);

    /** Lua hands on so many values at once at most; the answer of a script is built of no more. */
    static final int MOST_AT_ONCE = 1_000;

    private Scripts() {}

    static byte[] bytes(String argument) {
        return argument.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long argument) {
        return bytes(Long.toString(argument));
    }

    static byte[] bytes(char argument) {
        return new byte[] {(byte) argument};
    }

    static String text(Object answer) {
        return new String((byte[]) answer, StandardCharsets.UTF_8);
    }

    static long number(Object answer) {
        return (Long) answer;
    }

    /** Whether a script that answers a character for each of several things, or nothing, says yes to one of them. */
    static boolean isYes(byte[] answer, int index) {
        return answer.length == 0 || answer[index] == '1';
    }
}
