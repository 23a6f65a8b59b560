package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.lovage.benchmarks.workload.Chunk;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Writes a call of the task, whose result nobody wants, as a message of Celery's protocol v2. Thread-safe. */
public final class BareEncoder {
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;

    /** Where people stop reading what a task was called with. */
    private static final int LONGEST_SHOWN = 1_024;

    private static final int USUAL_BODY_BYTES = 256;
    private static final List<@Nullable Object> NO_LIMITS = Arrays.asList(null, null);

    private final JsonMapper mapper = JsonMapper.shared();
    private final String task;
    private final String origin;
    private final int deliveryMode;

    public BareEncoder(String task, String origin) {
        this(task, origin, PERSISTENT);
    }

    private BareEncoder(String task, String origin, int deliveryMode) {
        this.task = task;
        this.origin = origin;
        this.deliveryMode = deliveryMode;
    }

    /** One whose messages need not survive a restart of the broker. */
    public BareEncoder transientMessages() {
        return new BareEncoder(task, origin, TRANSIENT);
    }

    /** A UUID that needs to be unique, not secret. */
    public static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    public BasicProperties properties(String id, Chunk chunk) {
        return new BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .deliveryMode(deliveryMode)
                .priority(0)
                .correlationId(id)
                .headers(headers(id, chunk))
                .build();
    }

    private Map<String, Object> headers(String id, Chunk chunk) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("lang", "java");
        headers.put("task", task);
        headers.put("id", id);
        headers.put("shadow", null);
        headers.put("eta", null);
        headers.put("expires", null);
        headers.put("group", null);
        headers.put("group_index", null);
        headers.put("retries", 0);
        headers.put("timelimit", NO_LIMITS);
        headers.put("root_id", id);
        headers.put("parent_id", null);
        headers.put("argsrepr", "()");
        headers.put("kwargsrepr", python(chunk));
        headers.put("origin", origin);
        headers.put("ignore_result", true);
        return headers;
    }

    /** The same headers for brokers whose messages are JSON. */
    public void writeHeaders(JsonGenerator json, String id, Chunk chunk) {
        json.writeStartObject();
        json.writeStringProperty("lang", "java");
        json.writeStringProperty("task", task);
        json.writeStringProperty("id", id);
        json.writeNullProperty("shadow");
        json.writeNullProperty("eta");
        json.writeNullProperty("expires");
        json.writeNullProperty("group");
        json.writeNullProperty("group_index");
        json.writeNumberProperty("retries", 0);
        json.writeName("timelimit");
        json.writeStartArray();
        json.writeNull();
        json.writeNull();
        json.writeEndArray();
        json.writeStringProperty("root_id", id);
        json.writeNullProperty("parent_id");
        json.writeStringProperty("argsrepr", "()");
        json.writeStringProperty("kwargsrepr", python(chunk));
        json.writeStringProperty("origin", origin);
        json.writeBooleanProperty("ignore_result", true);
        json.writeEndObject();
    }

    /** As Celery shows arguments to people: Python's notation, cut when it is long. */
    private static String python(Chunk chunk) {
        StringBuilder shown = new StringBuilder("{'file': ");
        int room = LONGEST_SHOWN - shown.length();
        String file = chunk.file();
        shown.append('\'')
                .append(file.length() < room ? file : file.substring(0, room) + "...")
                .append('\'');
        if (shown.length() >= LONGEST_SHOWN) {
            return shown.append(", ...}").toString();
        }
        shown.append(", 'firstRow': ").append(chunk.firstRow()).append(", 'rows'");
        if (shown.length() >= LONGEST_SHOWN) {
            return shown.append(", ...}").toString();
        }
        return shown.append(": ").append(chunk.rows()).append('}').toString();
    }

    public byte[] body(Chunk chunk) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BODY_BYTES);
        try (JsonGenerator json = mapper.createGenerator(body)) {
            json.writeStartArray();
            json.writeStartArray();
            json.writeEndArray();
            json.writePOJO(chunk);
            json.writeStartObject();
            json.writeNullProperty("callbacks");
            json.writeNullProperty("errbacks");
            json.writeNullProperty("chain");
            json.writeNullProperty("chord");
            json.writeEndObject();
            json.writeEndArray();
        }
        return body.toByteArray();
    }
}
