package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads a call of the task from a message of Celery's protocol v2. Thread-safe. */
public final class BareDecoder {
    // Each reads one value in the middle of a body, so something follows.
    private static final ObjectReader CHUNKS =
            JsonMapper.shared().readerFor(Chunk.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectReader FOLLOWERS =
            JsonMapper.shared().readerFor(Followers.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What is to be sent when the task has ended. */
    public record Followers(
            @Nullable JsonNode callbacks,
            @Nullable JsonNode errbacks,
            @Nullable JsonNode chain,
            @Nullable JsonNode chord) {}

    /** What a worker has to know of a call before it runs it. */
    public record Call(
            String id,
            String task,
            String rootId,
            int retries,
            @Nullable String eta,
            @Nullable String expires,
            boolean ignoreResult,
            @Nullable String replyTo,
            Chunk chunk,
            Followers followers) {}

    /** What stands in a body. */
    public record Body(Chunk chunk, Followers followers) {}

    public Call decode(BasicProperties properties, byte[] body) throws IOException {
        if (!"application/json".equals(properties.getContentType())
                || !"utf-8".equals(properties.getContentEncoding())) {
            throw new IOException("not JSON in UTF-8: " + properties.getContentType());
        }
        Map<String, Object> headers = properties.getHeaders();
        Body read = body(body);
        return new Call(
                text(headers, "id"),
                text(headers, "task"),
                text(headers, "root_id"),
                headers.get("retries") instanceof Number retries ? retries.intValue() : 0,
                optionalText(headers, "eta"),
                optionalText(headers, "expires"),
                Boolean.TRUE.equals(headers.get("ignore_result")),
                properties.getReplyTo(),
                read.chunk(),
                read.followers());
    }

    public Body body(byte[] body) throws IOException {
        try (JsonParser json = JsonMapper.shared().createParser(body)) {
            expect(json, JsonToken.START_ARRAY);
            expect(json, JsonToken.START_ARRAY);
            expect(json, JsonToken.END_ARRAY);
            expect(json, JsonToken.START_OBJECT);
            Chunk chunk = CHUNKS.readValue(json);
            expect(json, JsonToken.START_OBJECT);
            Followers followers = FOLLOWERS.readValue(json);
            expect(json, JsonToken.END_ARRAY);
            return new Body(chunk, followers);
        }
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        JsonToken found = json.nextToken();
        if (found != token) {
            throw new IOException("expected " + token + " in the body, found " + found);
        }
    }

    private static String text(Map<String, Object> headers, String name) throws IOException {
        String value = optionalText(headers, name);
        if (value == null) {
            throw new IOException("header " + name + " is missing");
        }
        return value;
    }

    private static @Nullable String optionalText(Map<String, Object> headers, String name) {
        Object value = headers.get(name);
        return value == null ? null : value.toString();
    }
}
