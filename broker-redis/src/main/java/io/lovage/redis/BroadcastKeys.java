package io.lovage.redis;

import io.lovage.spi.Broadcasts.Source;
import io.lovage.spi.Broadcasts.Target;
import java.nio.charset.StandardCharsets;

/**
 * The channels and keys of kombu's exchanges: a broadcast is published on a channel that names the database, an answer
 * is pushed to the list that its asker has bound to the exchange for answers. Immutable.
 *
 * @param prefix before every key and channel, as kombu's {@code global_keyprefix}
 */
record BroadcastKeys(String prefix, int database) {
    static final String EVENTS = "celeryev";
    static final String CONTROL = "celery.pidbox";

    private static final String SEPARATOR = "\u0006\u0016";

    byte[] channel(Target.Event event) {
        return bytes(channel(EVENTS) + "/" + event.key());
    }

    byte[] controlChannel() {
        return bytes(channel(CONTROL));
    }

    private String channel(String exchange) {
        return prefix + "/" + database + "." + exchange;
    }

    /** What to subscribe to; names have no character that is special in a pattern. */
    String pattern(Source.Events events) {
        return channel(EVENTS) + "/" + (events.group().isEmpty() ? "*" : events.group() + ".*");
    }

    String pattern(Source.Node node) {
        return channel(CONTROL);
    }

    /** The set of who is bound to an exchange. */
    byte[] bindings(String exchange) {
        return bytes(prefix + "_kombu.binding." + exchange);
    }

    /** The member of that set by which an asker is found. */
    byte[] binding(Target.Asker asker) {
        return bytes(asker.routingKey() + SEPARATOR + SEPARATOR + list(asker));
    }

    private static String list(Target.Asker asker) {
        return asker.routingKey() + "." + asker.exchange();
    }

    /** Where an asker of ours finds its answers. */
    byte[] answers(Target.Asker asker) {
        return bytes(prefix + list(asker));
    }

    /** How the member begins that tells where answers with this routing key go. */
    static boolean isOf(String member, Target.Asker asker) {
        return member.startsWith(asker.routingKey() + SEPARATOR);
    }

    /** The list that a member of the set names. */
    byte[] listOf(String member) {
        return bytes(prefix + member.substring(member.lastIndexOf(SEPARATOR) + SEPARATOR.length()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
