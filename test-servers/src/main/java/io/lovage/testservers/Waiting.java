package io.lovage.testservers;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Waits for something in another process, which can only be asked again and again. The one class of this module that
 * sleeps.
 */
final class Waiting {
    private static final long ASK_EVERY_MILLIS = 20;

    private Waiting() {}

    /** Asks until the answer is yes; false when the limit has passed or the thread was interrupted. */
    static boolean until(Duration limit, BooleanSupplier question) {
        long end = System.nanoTime() + limit.toNanos();
        while (!question.getAsBoolean()) {
            if (System.nanoTime() - end >= 0 || !pause(ASK_EVERY_MILLIS)) {
                return false;
            }
        }
        return true;
    }

    /** Pauses; false, with the flag restored, when the thread was interrupted. */
    static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
