package io.lovage.spi;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The id of a task: any text of 1 to 255 characters without control characters; Celery and Lovage make UUIDs. */
public record TaskId(String value) {
    private static final int LONGEST = 255;

    public TaskId {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a task id has 1 to " + LONGEST + " characters, this one has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) { // a stream here was a tenth of the time of a whole task
            if (Character.isISOControl(value.charAt(i))) {
                throw new IllegalArgumentException("a task id must not contain control characters");
            }
        }
    }

    /** A new random (version 4) UUID. An id needs to be unique, not secret, so a fast generator is enough. */
    public static TaskId random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long least = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new TaskId(new UUID(most, least).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
