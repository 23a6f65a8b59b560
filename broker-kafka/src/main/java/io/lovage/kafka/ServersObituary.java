package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import io.lovage.spi.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What the servers write beside a record that they gave up, in headers of theirs. */
final class ServersObituary {
    private static final String ABOUT = "__dlq.errors.";

    private ServersObituary() {}

    /** Empty when the record was not written by a server. */
    static Optional<Obituary> read(ConsumerRecord<byte[], byte[]> record, TopicNames names) {
        return text(record, "topic").map(topic -> {
            // without a value where the server could not copy it any more
            Envelope envelope = Envelope.read(record.value() == null ? new byte[0] : record.value());
            int given = text(record, "delivery.count")
                    .filter(count -> count.matches("\\d{1,9}"))
                    .map(Integer::parseInt)
                    .orElse(0);
            DeadLetter letter = new DeadLetter(
                    id(record),
                    Obituary.clean(envelope.message()),
                    "given up by the server: " + text(record, "message").orElse("unknown"),
                    given + envelope.countInHeader(),
                    Optional.of(Instant.ofEpochMilli(record.timestamp())));
            return new Obituary(letter, Optional.of(names.queueOf(topic).orElse(topic)));
        });
    }

    /** Keys are those of the records, and say nothing. */
    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return "server-" + record.partition() + "-" + record.offset();
    }

    private static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String what) {
        Header header = record.headers().lastHeader(ABOUT + what);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
