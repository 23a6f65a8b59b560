package io.lovage.spi;

import java.util.regex.Pattern;

/** The one rule for names of queues, on every broker (rule R12.4). */
public final class QueueName {
    private static final int LONGEST = 180;
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/-]*");

    private QueueName() {}

    /**
     * Returns {@code name} when it may name a queue.
     *
     * @throws IllegalArgumentException naming what is wrong; the wildcard characters of AMQP, white space and control
     *     characters are not allowed, so that a name can become a key, a topic or a routing key as it is
     */
    public static String check(String name) {
        if (name.length() > LONGEST || !ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException("queue name '" + printable(name) + "' is not allowed: use 1 to "
                    + LONGEST + " letters, digits and . _ : @ / -, beginning with a letter or digit");
        }
        return name;
    }

    private static String printable(String name) {
        String shown = name.length() > LONGEST ? name.substring(0, LONGEST) + "..." : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
