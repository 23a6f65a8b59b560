package io.lovage.rabbitmq;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's version, as it says in its server properties. */
record ServerVersion(int major, int minor) {
    /** The oldest that has everything this module declares: at-least-once dead-lettering came with 3.10. */
    static final ServerVersion OLDEST = new ServerVersion(3, 10);

    private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+).*");

    static ServerVersion of(Map<String, Object> serverProperties) {
        Object text = serverProperties.get("version");
        Matcher matcher = FORM.matcher(text == null ? "" : text.toString());
        return matcher.matches()
                ? new ServerVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : OLDEST;
    }

    boolean atLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    /** Quorum queues with {@code x-max-priority} keep strict priorities. */
    boolean hasStrictQuorumPriorities() {
        return atLeast(4, 3);
    }

    /** Quorum queues prefer messages of priority 5 and more, two to one. */
    boolean hasTwoQuorumPriorities() {
        return atLeast(4, 0) && !hasStrictQuorumPriorities();
    }

    /** Quorum queues have a delivery limit of 20 unless -1 switches it off; before, -1 meant 0. */
    boolean limitsDeliveriesByDefault() {
        return atLeast(4, 0);
    }

    /** The default of the server's {@code max_message_size}. */
    long largestMessageBytes() {
        return atLeast(4, 0) ? 16L << 20 : 128L << 20;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
