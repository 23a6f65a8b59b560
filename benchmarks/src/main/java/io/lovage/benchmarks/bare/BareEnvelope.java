package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.bare.BareDecoder.Body;
import io.lovage.benchmarks.bare.BareDecoder.Call;
import io.lovage.benchmarks.workload.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads a call as kombu's envelope: JSON around the body in base64. Thread-safe. */
public final class BareEnvelope {
    private static final int PERSISTENT = 2;
    private static final int USUAL_BYTES = 1_280;
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final BareDecoder DECODER = new BareDecoder();

    private final BareEncoder encoder;

    public BareEnvelope(BareEncoder encoder) {
        this.encoder = encoder;
    }

    public byte[] write(String id, String queue, Chunk chunk) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
        byte[] body = encoder.body(chunk);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeName("body");
            json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, body, 0, body.length);
            json.writeStringProperty("content-encoding", "utf-8");
            json.writeStringProperty("content-type", "application/json");
            json.writeName("headers");
            encoder.writeHeaders(json, id, chunk);
            json.writeName("properties");
            json.writeStartObject();
            json.writeStringProperty("correlation_id", id);
            json.writeNumberProperty("delivery_mode", PERSISTENT);
            json.writeName("delivery_info");
            json.writeStartObject();
            json.writeStringProperty("exchange", "");
            json.writeStringProperty("routing_key", queue);
            json.writeEndObject();
            json.writeNumberProperty("priority", 0);
            json.writeStringProperty("body_encoding", "base64");
            json.writeStringProperty("delivery_tag", BareEncoder.newId());
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** What stands around a body. */
    private static final class Parts {
        private byte @Nullable [] body;
        private @Nullable String contentType;
        private @Nullable String contentEncoding;
        private @Nullable String id;
        private @Nullable String task;
        private @Nullable String rootId;
        private int retries;
        private @Nullable String eta;
        private @Nullable String expires;
        private boolean ignoreResult;
        private @Nullable String replyTo;
    }

    /** One pass over the text; names that nobody asks for are skipped. */
    public static Call read(byte[] raw) throws IOException {
        Parts parts = new Parts();
        try (JsonParser json = MAPPER.createParser(raw)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an envelope");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "body" -> parts.body = json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
                    case "content-type" -> parts.contentType = text(json);
                    case "content-encoding" -> parts.contentEncoding = text(json);
                    case "headers" -> readHeaders(parts, json);
                    case "properties" -> readProperties(parts, json);
                    default -> json.skipChildren();
                }
            }
        }
        return call(parts);
    }

    private static void readHeaders(Parts parts, JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> parts.id = text(json);
                case "task" -> parts.task = text(json);
                case "root_id" -> parts.rootId = text(json);
                case "eta" -> parts.eta = text(json);
                case "expires" -> parts.expires = text(json);
                case "retries" -> parts.retries = json.getValueAsInt();
                case "ignore_result" -> parts.ignoreResult = json.getValueAsBoolean();
                default -> json.skipChildren();
            }
        }
    }

    private static void readProperties(Parts parts, JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean replyTo = "reply_to".equals(json.currentName());
            json.nextToken();
            if (replyTo) {
                parts.replyTo = text(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private static Call call(Parts parts) throws IOException {
        byte[] body = parts.body;
        String id = parts.id;
        String task = parts.task;
        String rootId = parts.rootId;
        if (body == null
                || id == null
                || task == null
                || rootId == null
                || !"application/json".equals(parts.contentType)
                || !"utf-8".equals(parts.contentEncoding)) {
            throw new IOException("not a call as JSON in UTF-8");
        }
        Body read = DECODER.body(body);
        return new Call(
                id,
                task,
                rootId,
                parts.retries,
                parts.eta,
                parts.expires,
                parts.ignoreResult,
                parts.replyTo,
                read.chunk(),
                read.followers());
    }

    private static @Nullable String text(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : null;
    }
}
