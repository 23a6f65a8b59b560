package io.lovage.benchmarks.work;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import io.lovage.benchmarks.bare.BareConsumer;
import io.lovage.benchmarks.bare.BareConsumer.Incoming;
import io.lovage.benchmarks.bare.BareDecoder;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.BarePublisher;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.Opaque;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A queue of RabbitMQ: a classic one as Celery declares it, or a quorum queue as Lovage declares it. */
final class RabbitStand implements Stand {
    private final Setup setup;
    private final BareQueue queue;
    private final BareEncoder encoder;

    RabbitStand(Setup setup) throws IOException, TimeoutException {
        this.setup = setup;
        this.queue = open(setup);
        this.encoder = Connections.bareEncoder(setup.level());
    }

    /** Both work on the same queue: a quorum queue has the limits and the dead-letter queue that Lovage gives it. */
    private static BareQueue open(Setup setup) throws IOException, TimeoutException {
        if (setup.contender() == Contender.RABBITMQ_CLASSIC) {
            return BareQueue.open(setup.url(), setup.queue());
        }
        try (SpiConnection connection = new SpiConnection(setup.lovageUrl())) {
            connection.broker().declare(QueueSpec.of(setup.queue()));
        }
        return BareQueue.existing(setup.url(), setup.queue());
    }

    @Override
    public QueueUnderTest queue() {
        return queue;
    }

    @Override
    public Sender sender(Variant variant) throws IOException {
        BarePublisher publisher = variant == Variant.CEILING
                ? new BarePublisher(queue.connection(), queue.name(), opaque(), Workload.WINDOW)
                : new BarePublisher(queue.connection(), queue.name(), encoder, Workload.WINDOW);
        return new Sender() {
            @Override
            public void send(List<Chunk> chunks) throws Exception {
                publisher.publish(chunks);
            }

            @Override
            public void close() throws IOException, TimeoutException {
                publisher.close();
            }
        };
    }

    /** As many bytes as a call's body and headers have. */
    private BarePublisher.Outgoing opaque() throws IOException {
        Chunk sample = new Numbered(setup.payload()).chunk(0);
        BasicProperties call = encoder.properties(BareEncoder.newId(), sample);
        int size = encoder.body(sample).length + Math.toIntExact(Frame.tableSize(call.getHeaders()));
        Opaque opaque = new Opaque(size);
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(call.getDeliveryMode())
                .build();
        return new BarePublisher.Outgoing() {
            @Override
            public BasicProperties properties(Chunk chunk) {
                return properties;
            }

            @Override
            public byte[] body(Chunk chunk) {
                return opaque.write(chunk);
            }
        };
    }

    @Override
    public Taker taker(Variant variant, Ledger ledger) {
        Incoming incoming = incoming(variant, ledger);
        return Taker.of(
                tasks -> {
                    try (BareConsumer consumer =
                            new BareConsumer(queue.connection(), queue.name(), setup.prefetch(), incoming)) {
                        consumer.run(tasks);
                    }
                },
                () -> {});
    }

    private static Incoming incoming(Variant variant, Ledger ledger) {
        if (variant == Variant.CEILING) {
            Handling numbers = Handling.ofNumbers(ledger::saw);
            return (properties, body) -> numbers.handle(body);
        }
        return Incoming.ofCalls(Map.of(Workload.IMPORT.name(), ledger::saw));
    }

    @Override
    public Handling counting(Variant variant, Ledger ledger) {
        BareDecoder decoder = new BareDecoder();
        return variant == Variant.CEILING
                ? Handling.ofNumbers(ledger::saw)
                : body -> ledger.saw(decoder.body(body).chunk());
    }

    @Override
    public void close() throws IOException {
        queue.close();
    }
}
