package io.lovage.redis.pitfall;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An envelope as it stands in a list of kombu. */
record KombuMessage(String envelope) {
    private static final Pattern TAG = Pattern.compile("\"delivery_tag\": \"([^\"]+)\"");
    private static final String HEADERS = "\"headers\": {";
    private static final String REDELIVERED = "\"redelivered\": true, ";

    /** A call of a task without arguments. The delivery tag is made here, when it is published. */
    static KombuMessage calling(String task, String queue) {
        String id = UUID.randomUUID().toString();
        String body = Base64.getEncoder()
                .encodeToString("[[], {}, {\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}]"
                        .getBytes(StandardCharsets.UTF_8));
        return new KombuMessage("{\"body\": \"" + body + "\", \"content-encoding\": \"utf-8\","
                + " \"content-type\": \"application/json\", " + HEADERS + "\"lang\": \"py\", \"task\": \"" + task
                + "\", \"id\": \"" + id + "\", \"root_id\": \"" + id + "\", \"parent_id\": null},"
                + " \"properties\": {\"correlation_id\": \"" + id + "\", \"delivery_mode\": 2,"
                + " \"delivery_info\": {\"exchange\": \"\", \"routing_key\": \"" + queue + "\"}, \"priority\": 0,"
                + " \"body_encoding\": \"base64\", \"delivery_tag\": \"" + UUID.randomUUID() + "\"}}");
    }

    /** What {@link #entry} wrote. */
    static KombuMessage ofEntry(String entry) {
        return new KombuMessage(entry.substring(1, entry.lastIndexOf('}') + 1));
    }

    /** What stands in the hash of the unacknowledged: envelope, exchange, routing key. */
    String entry(String queue) {
        return "[" + envelope + ", \"\", \"" + queue + "\"]";
    }

    String deliveryTag() {
        Matcher matcher = TAG.matcher(envelope);
        if (!matcher.find()) {
            throw new IllegalStateException("an envelope without a delivery tag: " + envelope);
        }
        return matcher.group(1);
    }

    boolean isRedelivered() {
        return envelope.contains(HEADERS + REDELIVERED);
    }

    /** The same message with the mark of one that was put back. */
    KombuMessage redelivered() {
        return isRedelivered() ? this : new KombuMessage(envelope.replace(HEADERS, HEADERS + REDELIVERED));
    }
}
