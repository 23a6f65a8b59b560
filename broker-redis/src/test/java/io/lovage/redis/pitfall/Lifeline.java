package io.lovage.redis.pitfall;

import java.io.IOException;

/** What a process that is to be killed says to its parent, and hears from it. */
final class Lifeline {
    /** It is connected and waits for a command. */
    static final String READY = "ready";
    /** It begins to take. */
    static final String TAKING = "taking";
    /** It knows of a message. */
    static final String TAKEN = "taken";

    private Lifeline() {}

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** Waits for a line; the end of the input is the end of the parent, and of this process. */
    static void awaitCommand() throws IOException {
        int next = System.in.read();
        while (next >= 0 && next != '\n') {
            next = System.in.read();
        }
        if (next < 0) {
            System.exit(0);
        }
    }
}
