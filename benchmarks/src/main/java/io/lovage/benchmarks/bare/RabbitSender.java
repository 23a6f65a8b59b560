package io.lovage.benchmarks.bare;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Publishes mandatory messages, each with its confirm. Used by one thread. */
public final class RabbitSender implements SingleSender {
    private static final boolean MANDATORY = true;

    private final ConcurrentNavigableMap<Long, Unconfirmed> unconfirmed = new ConcurrentSkipListMap<>();
    private final Channel channel;
    private final String queue;
    private final BareEncoder encoder;

    private record Unconfirmed(String id, CompletableFuture<Void> confirm) {}

    public RabbitSender(Connection connection, String queue, BareEncoder encoder) throws IOException {
        this.channel = connection.createChannel();
        this.queue = queue;
        this.encoder = encoder;
        channel.confirmSelect();
        channel.addConfirmListener(
                (sequence, multiple) -> decided(sequence, multiple, confirm -> confirm.complete(null)),
                (sequence, multiple) -> decided(sequence, multiple, confirm -> fail(confirm, "the server refused it")));
        channel.addReturnListener(this::returned);
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) throws IOException {
        String id = BareEncoder.newId();
        BasicProperties properties = encoder.properties(id, chunk);
        Unconfirmed waiting = new Unconfirmed(id, new CompletableFuture<>());
        unconfirmed.put(channel.getNextPublishSeqNo(), waiting);
        channel.basicPublish("", queue, MANDATORY, properties, encoder.body(chunk));
        return waiting.confirm();
    }

    private void decided(long sequence, boolean multiple, Consumer<CompletableFuture<Void>> how) {
        Map<Long, Unconfirmed> all =
                multiple ? unconfirmed.headMap(sequence, true) : unconfirmed.subMap(sequence, true, sequence, true);
        all.values().forEach(each -> how.accept(each.confirm()));
        all.clear();
    }

    /** A message that no queue takes comes back, and is confirmed after that. */
    private void returned(Return message) {
        String id = message.getProperties().getCorrelationId();
        unconfirmed.values().stream()
                .filter(each -> each.id().equals(id))
                .forEach(each -> fail(each.confirm(), "no queue takes it"));
    }

    private static void fail(CompletableFuture<Void> confirm, String why) {
        confirm.completeExceptionally(new IOException(why));
    }

    @Override
    public void close() throws IOException, TimeoutException {
        channel.close();
    }
}
