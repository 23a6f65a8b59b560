package io.lovage.envelope;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;

/** Names that stand in almost every envelope, prepared once: they are written without a look at each character. */
final class Names {
    static final SerializedString BODY = new SerializedString("body");
    static final SerializedString CONTENT_ENCODING = new SerializedString("content-encoding");
    static final SerializedString CONTENT_TYPE = new SerializedString("content-type");
    static final SerializedString HEADERS = new SerializedString("headers");
    static final SerializedString PROPERTIES = new SerializedString("properties");
    static final SerializedString CORRELATION_ID = new SerializedString("correlation_id");
    static final SerializedString REPLY_TO = new SerializedString("reply_to");
    static final SerializedString DELIVERY_MODE = new SerializedString("delivery_mode");
    static final SerializedString DELIVERY_INFO = new SerializedString("delivery_info");
    static final SerializedString EXCHANGE = new SerializedString("exchange");
    static final SerializedString ROUTING_KEY = new SerializedString("routing_key");
    static final SerializedString PRIORITY = new SerializedString("priority");
    static final SerializedString BODY_ENCODING = new SerializedString("body_encoding");
    static final SerializedString DELIVERY_TAG = new SerializedString("delivery_tag");

    private static final Map<String, SerializedString> OF_TASKS = prepared(
            "lang",
            "task",
            "id",
            "shadow",
            "eta",
            "expires",
            "group",
            "group_index",
            "retries",
            "timelimit",
            "root_id",
            "parent_id",
            "argsrepr",
            "kwargsrepr",
            "origin",
            "ignore_result");

    private Names() {}

    private static Map<String, SerializedString> prepared(String... names) {
        Map<String, SerializedString> prepared = new HashMap<>();
        for (String name : names) {
            prepared.put(name, new SerializedString(name));
        }
        return prepared;
    }

    /** Writes the name of a header, or of anything within one. */
    static void write(JsonGenerator out, String name) {
        SerializedString known = OF_TASKS.get(name);
        if (known == null) {
            out.writeName(name);
        } else {
            out.writeName(known);
        }
    }
}
