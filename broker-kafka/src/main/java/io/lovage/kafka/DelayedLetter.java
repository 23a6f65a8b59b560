package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * The dead letter that a delayed message becomes when it cannot reach its queue.
 *
 * @param topic where it is laid
 * @param id the same for the same record of a level: who moves it once more leaves one letter
 */
@SuppressWarnings("ArrayRecordComponent") // handed on without a copy; never compared
record DelayedLetter(String topic, String id, byte[] value) {
    /** Empty when there is no place for it. */
    static Optional<DelayedLetter> of(DelayedRecord waiting, Names names, Set<String> missing, String why, Instant at) {
        return waiting.headers()
                .flatMap(headers -> places(headers, names).stream()
                        .filter(topic -> !missing.contains(topic))
                        .findFirst()
                        .map(topic -> {
                            String queue =
                                    names.topics().queueOf(headers.target()).orElse(headers.target());
                            String id = id(waiting, names);
                            Envelope envelope = Envelope.read(waiting.value());
                            byte[] letter = Outgoing.envelope(
                                    names.topics().queue(topic), Obituary.write(envelope, queue, id, why, at));
                            return new DelayedLetter(topic, id, letter);
                        }));
    }

    /** The queue's own dead letters, and where else. */
    static List<String> places(DelayHeaders headers, Names names) {
        return Stream.concat(
                        headers.dead().or(() -> names.dead().of(headers.target())).stream(),
                        Stream.of(names.topics().graveyard()))
                .toList();
    }

    private static String id(DelayedRecord waiting, Names names) {
        String place = names.level().apply(waiting.level()) + "/" + waiting.offset() + "/" + waiting.appendedMillis();
        return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** What topics are called. */
    record Names(IntFunction<String> level, TopicNames topics, DeadTopics dead) {}
}
