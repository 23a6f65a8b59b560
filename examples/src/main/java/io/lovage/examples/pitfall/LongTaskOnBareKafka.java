package io.lovage.examples.pitfall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The task of {@link LongTask} in the hands of Kafka's own client: two consumers of a share group, each on a thread of
 * its own, that acknowledge a record when they have worked on it, and renew nothing. The broker locks a record for a
 * while for whoever took it, then gives it to the other, who cannot know that it is still being worked on. Plays once;
 * not for reuse.
 */
public final class LongTaskOnBareKafka {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int WORKERS = 2;

    /**
     * What is played.
     *
     * @param servers where the client finds the brokers
     * @param topic of the task and name of the group; made for the play and deleted after it
     * @param lock how long a record is locked for whoever took it
     * @param length how long the task runs
     */
    public record Scene(String servers, String topic, Duration lock, Duration length) {}

    private final AtomicInteger executions = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch twice = new CountDownLatch(WORKERS);
    private final Scene scene;
    private final Timeline timeline;
    private volatile boolean stopping;

    public LongTaskOnBareKafka(Scene scene, Timeline timeline) {
        this.scene = scene;
        this.timeline = timeline;
    }

    /** Plays; returns when both consumers have ended and the topic is deleted. */
    public LongTask.Outcome play() throws InterruptedException {
        try (Admin admin = Admin.create(settings(Map.of()))) {
            prepare(admin);
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            try {
                for (int i = 1; i <= WORKERS; i++) {
                    String name = "worker-" + i;
                    workers.add(CompletableFuture.runAsync(() -> work(name), task -> new Thread(task, name).start()));
                }
                send();
                timeline.event("sent", "one task");
                boolean begunTwice = twice.await(
                        scene.length().plus(scene.lock()).multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
                timeline.event("stopping", begunTwice ? "both workers end what they run, and take no more" : "in vain");
            } finally {
                stopping = true;
                workers.forEach(CompletableFuture::join);
                get(admin.deleteTopics(List.of(scene.topic()))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture());
            }
        }
        return new LongTask.Outcome(executions.get(), acknowledged.get(), refused.get());
    }

    private Map<String, Object> settings(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("bootstrap.servers", scene.servers());
        return all;
    }

    /** The group begins at the topic's beginning: by default what was sent before it was there is left out. */
    private void prepare(Admin admin) throws InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, scene.topic());
        Collection<AlterConfigOp> changes = List.of(
                set("share.auto.offset.reset", "earliest"),
                set("share.record.lock.duration.ms", Long.toString(scene.lock().toMillis())));
        get(admin.createTopics(List.of(new NewTopic(scene.topic(), Optional.of(1), Optional.empty())))
                .all());
        get(admin.incrementalAlterConfigs(Map.of(group, changes)).all());
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private void send() throws InterruptedException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings(Map.of()), new StringSerializer(), new StringSerializer())) {
            get(producer.send(new ProducerRecord<>(scene.topic(), "flights.csv")));
        }
    }

    private void work(String name) {
        Map<String, Object> settings = settings(
                Map.of("group.id", scene.topic(), "share.acknowledgement.mode", "explicit", "max.poll.records", 1));
        try (KafkaShareConsumer<String, String> consumer =
                new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(scene.topic()));
            while (!stopping) {
                for (ConsumerRecord<String, String> record : consumer.poll(LOOK)) {
                    run(name, record);
                    consumer.acknowledge(record);
                    tellHowItWasSettled(name, consumer.commitSync().values());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String worker, ConsumerRecord<String, String> record) throws InterruptedException {
        boolean again = executions.incrementAndGet() > 1;
        timeline.event(
                again ? "redelivered" : "taken",
                worker + " runs it" + (again ? " too" : "") + ", delivery "
                        + record.deliveryCount().map(Object::toString).orElse("unknown"));
        twice.countDown();
        CountDownLatch never = new CountDownLatch(1);
        never.await(scene.length().toMillis(), TimeUnit.MILLISECONDS);
        timeline.event("finished", worker);
    }

    /** The client does not throw when a lock is over: who does not look at the answer does not learn of it. */
    private void tellHowItWasSettled(String worker, Collection<Optional<KafkaException>> answers) {
        Optional<KafkaException> failure =
                answers.stream().flatMap(Optional::stream).findFirst();
        (failure.isPresent() ? refused : acknowledged).incrementAndGet();
        timeline.event(
                "settled",
                worker + ": "
                        + failure.map(e -> "refused, " + e.getClass().getSimpleName())
                                .orElse("acknowledged"));
    }

    private static void get(Future<?> answer) throws InterruptedException {
        try {
            answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka refuses what the play needs", e.getCause());
        }
    }
}
