package io.lovage.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A member of the group, as strict as Kafka's own client in explicit acknowledgement mode. */
final class ModelClient implements ShareClient {
    private final SharePartition partition;
    private final int most;
    private final Map<Place, Taken> inFlight = new LinkedHashMap<>();
    private final Map<Place, Taken> renewed = new LinkedHashMap<>();
    private final Map<Place, Acknowledgement> acknowledged = new LinkedHashMap<>();
    /** What a fetch behind the application's back has brought. */
    private final List<Taken> buffer = new ArrayList<>();

    private final Map<Place, Answer> answers = new LinkedHashMap<>();
    private boolean full;

    final List<Map<Place, Acknowledgement>> commits = new ArrayList<>();
    Runnable whileCommitting = () -> {};
    Runnable whilePolling = () -> {};
    boolean answersAreLost;
    /** Those to what went with a poll, until the client is closed. */
    boolean answersAreLate;

    boolean closed;

    ModelClient(SharePartition partition, int most) {
        this.partition = partition;
        this.most = most;
    }

    /** The client fetches although nobody polls. */
    void fetchBehindTheBack() {
        buffer.addAll(partition.acquire(this, most));
    }

    @Override
    public List<Taken> poll(Duration wait) {
        if (!acknowledged.keySet().containsAll(inFlight.keySet())) {
            throw new IllegalStateException("All records must be acknowledged in explicit acknowledgement mode.");
        }
        Map<Place, Acknowledgement> sent = new LinkedHashMap<>(acknowledged);
        boolean applied = send();
        sent.keySet().forEach(place -> answers.put(place, applied ? Answer.DONE : Answer.LOST));
        if (!renewed.isEmpty()) {
            inFlight.putAll(renewed);
            renewed.clear();
        } else if (!buffer.isEmpty()) {
            buffer.forEach(record -> inFlight.put(record.place(), record));
            buffer.clear();
        } else if (!wait.isZero()) {
            whilePolling.run();
            partition.acquire(this, most).forEach(record -> inFlight.put(record.place(), record));
        }
        full = inFlight.size() >= most;
        return List.copyOf(inFlight.values());
    }

    @Override
    public boolean wasFull() {
        return full;
    }

    @Override
    public Map<Place, Answer> answers() {
        if (answersAreLate) {
            return Map.of();
        }
        Map<Place, Answer> come = Map.copyOf(answers);
        answers.clear();
        return come;
    }

    @Override
    public void acknowledge(Place place, Acknowledgement how) {
        if (!inFlight.containsKey(place)) {
            throw new IllegalStateException("The record cannot be acknowledged.");
        }
        acknowledged.put(place, how);
    }

    @Override
    public Map<Integer, Answer> commit(Duration limit) {
        Map<Place, Acknowledgement> sent = new LinkedHashMap<>(acknowledged);
        commits.add(sent);
        whileCommitting.run();
        boolean applied = send();
        return answersAreLost || sent.isEmpty() ? Map.of() : Map.of(0, applied ? Answer.DONE : Answer.LOST);
    }

    private boolean send() {
        boolean applied = partition.acknowledge(this, acknowledged);
        acknowledged.forEach((place, how) -> {
            Taken record = inFlight.remove(place);
            if (how == Acknowledgement.RENEW && applied && record != null) {
                renewed.put(place, record);
            }
        });
        acknowledged.clear();
        return applied;
    }

    @Override
    public Optional<Duration> lock() {
        return Optional.of(partition.lock());
    }

    @Override
    public void wakeUp() {
        // this model never waits
    }

    @Override
    public void close(Duration limit) {
        closed = true;
        answersAreLate = false;
        partition.free(this);
    }
}
