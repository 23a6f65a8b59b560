package io.lovage.spi;

/** The one rule for names of queues, and of what is addressed like them, on every broker (rule R12.4). */
public final class QueueName {
    private static final int LONGEST = 180;
    private static final String BETWEEN = "._:@/-";

    private QueueName() {}

    /**
     * Returns {@code name} when it may name a queue.
     *
     * @throws IllegalArgumentException naming what is wrong; the wildcard characters of AMQP, white space and control
     *     characters are not allowed, so that a name can become a key, a topic or a routing key as it is
     */
    public static String check(String name) {
        return check("queue name", name);
    }

    /** The same for a name that is not a queue's; {@code what} is how the error calls it. */
    static String check(String what, String name) {
        if (!isAllowed(name)) {
            throw new IllegalArgumentException(what + " '" + printable(name) + "' is not allowed: use 1 to " + LONGEST
                    + " letters, digits and . _ : @ / -, beginning with a letter or digit");
        }
        return name;
    }

    /** In straight code: every message that is sent names its queue. */
    private static boolean isAllowed(String name) {
        if (name.isEmpty() || name.length() > LONGEST || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetterOrDigit(c) && BETWEEN.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static String printable(String name) {
        String shown = name.length() > LONGEST ? name.substring(0, LONGEST) + "..." : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
