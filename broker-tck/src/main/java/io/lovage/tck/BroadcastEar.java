package io.lovage.tck;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Somebody who listens to broadcasts and remembers what he has heard. Thread-safe. */
final class BroadcastEar implements AutoCloseable {
    private static final String TEST = "test";

    private final List<Message> heard = new CopyOnWriteArrayList<>();
    private final String id = Trial.newName();
    private final Broadcasts.Listening listening;

    private BroadcastEar(Broadcasts broadcasts, Broadcasts.Source from) {
        this.listening = broadcasts.listen(from, heard::add);
    }

    /** Listens, as soon as this returns. */
    static BroadcastEar of(Broadcasts broadcasts, Broadcasts.Source from, Duration patience) {
        BroadcastEar ear = new BroadcastEar(broadcasts, from);
        Stages.get(ear.listening.established(), patience);
        return ear;
    }

    /** A message of this ear's test. */
    Message named(String name) {
        return message(id, name, Bytes.utf8("{\"type\": \"tck\"}"));
    }

    static Message message(String test, String name, Bytes body) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put(TEST, test);
        headers.put("name", name);
        MessageProperties json = MessageProperties.json(Optional.empty(), Optional.empty());
        return new Message(
                headers,
                new MessageProperties(
                        json.contentType(), json.contentEncoding(), json.correlationId(), json.replyTo(), false),
                body);
    }

    /** The names of the messages of that ear's test, in the order in which they came. */
    List<String> heard(BroadcastEar whose) {
        return messages(whose).stream()
                .map(message -> String.valueOf(message.header("name")))
                .toList();
    }

    List<Message> messages(BroadcastEar whose) {
        return heard.stream()
                .filter(message -> whose.id.equals(message.header(TEST)))
                .toList();
    }

    @Override
    public void close() {
        listening.close();
    }
}
