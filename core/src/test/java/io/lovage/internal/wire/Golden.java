package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Traffic captured from real Celery 5.2.6 and 5.6.2, over RabbitMQ and Redis. */
final class Golden {
    private Golden() {}

    /** A task message of a file, as a broker module would hand it out. */
    record GoldenMessage(String name, InboundMessage inbound, JsonNode headers, JsonNode body) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A result document of a file. */
    record GoldenResult(String name, ResultLayout layout, ObjectNode document) {
        StoredResult stored() {
            return new StoredResult(
                    new TaskId(document.get("task_id").stringValue()),
                    new TaskState(document.get("status").stringValue()),
                    Json.write("test", document));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All messages of all files. */
    static Stream<GoldenMessage> messages() {
        return files().flatMap(Golden::messagesOf);
    }

    static List<GoldenMessage> messages(String file) {
        return messagesOf(root().resolve(file + ".json")).toList();
    }

    static GoldenMessage message(String file) {
        return messages(file).get(0);
    }

    static Stream<GoldenResult> results() {
        return files().flatMap(Golden::resultsOf);
    }

    static ObjectNode result(String file, String status) {
        return resultsOf(root().resolve(file + ".json"))
                .map(GoldenResult::document)
                .filter(document -> document.get("status").stringValue().equals(status))
                .findFirst()
                .orElseThrow();
    }

    /** What Celery 5.2.6 makes of arguments that are shown to people. */
    static JsonNode saferepr() {
        return read(root().resolve("saferepr.json"));
    }

    private static Stream<GoldenMessage> messagesOf(Path file) {
        List<GoldenMessage> messages = new ArrayList<>();
        JsonNode json = read(file);
        for (JsonNode captured : json.path(json.has("list_pushes") ? "list_pushes" : "messages")) {
            messages.add(message(name(file) + "[" + messages.size() + "]", captured));
        }
        return messages.stream();
    }

    private static GoldenMessage message(String name, JsonNode captured) {
        JsonNode envelope =
                captured.has("raw") ? Json.MAPPER.readTree(captured.get("raw").stringValue()) : captured;
        JsonNode properties = envelope.get("properties");
        ObjectNode headers = (ObjectNode) envelope.get("headers");
        JsonNode body = body(captured);
        Message message = new Message(
                Untyped.map(headers),
                new MessageProperties(
                        text("application/json", envelope.get("content-type"), properties.get("content_type")),
                        text("utf-8", envelope.get("content-encoding"), properties.get("content_encoding")),
                        text(null, properties.get("correlation_id")),
                        text(null, properties.get("reply_to")),
                        properties.path("delivery_mode").asInt(2) == 2),
                bytes(captured, envelope, body));
        return new GoldenMessage(name, InboundMessage.of(message, "celery", 0), headers, body);
    }

    private static JsonNode body(JsonNode captured) {
        if (captured.path("body_decoded").isNull()) {
            return Json.MAPPER.readTree(
                    new InflaterInputStream(encoded(captured).toStream()));
        }
        if (captured.has("body_decoded")) {
            return captured.get("body_decoded");
        }
        return captured.has("body")
                ? captured.get("body")
                : Json.MAPPER.readTree(captured.get("body_text").stringValue());
    }

    /** The body of a compressed message. */
    private static Bytes encoded(JsonNode captured) {
        return decode(
                captured.has("body_b64")
                        ? captured.get("body_b64")
                        : Json.MAPPER
                                .readTree(captured.get("raw").stringValue())
                                .get("body"));
    }

    private static Bytes bytes(JsonNode captured, JsonNode envelope, JsonNode body) {
        if (captured.has("body_b64")) {
            return decode(captured.get("body_b64"));
        }
        return captured.has("raw") ? decode(envelope.get("body")) : Json.write("test", body);
    }

    private static Bytes decode(JsonNode base64) {
        return Bytes.wrap(Base64.getDecoder().decode(base64.stringValue()));
    }

    /**
     * Redis names these in the envelope, RabbitMQ in the properties; some captures left out what is always the same.
     */
    private static Optional<String> text(@Nullable String otherwise, @Nullable JsonNode... places) {
        for (JsonNode place : places) {
            if (place != null) {
                return Optional.of(place.stringValue());
            }
        }
        return Optional.ofNullable(otherwise);
    }

    private static Stream<GoldenResult> resultsOf(Path file) {
        JsonNode json = read(file);
        List<GoldenResult> results = new ArrayList<>();
        for (JsonNode stored : json.path("results_redis")) {
            results.add(result(file, results.size(), ResultLayout.STORED, stored));
        }
        for (JsonNode write : json.path("writes")) {
            if (write.get("key").stringValue().startsWith("celery-task-meta-")) {
                results.add(result(file, results.size(), ResultLayout.STORED, write.get("value")));
            }
        }
        for (JsonNode task : json.path("results")) {
            for (JsonNode stored : task) {
                results.add(result(file, results.size(), ResultLayout.STORED, stored));
            }
        }
        for (JsonNode reply : json.path("results_rpc")) {
            results.add(result(file, results.size(), ResultLayout.REPLY, reply.get("body")));
        }
        return results.stream();
    }

    private static GoldenResult result(Path file, int index, ResultLayout layout, JsonNode document) {
        return new GoldenResult(name(file) + " " + layout + "[" + index + "]", layout, (ObjectNode) document);
    }

    private static String name(Path file) {
        return root().relativize(file).toString();
    }

    private static JsonNode read(Path file) {
        return Json.MAPPER.readTree(file);
    }

    private static Stream<Path> files() {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path root() {
        try {
            return Path.of(Golden.class.getResource("/golden").toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
