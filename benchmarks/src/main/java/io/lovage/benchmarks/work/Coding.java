package io.lovage.benchmarks.work;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.lovage.benchmarks.bare.BareDecoder;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.TaskId;
import java.util.List;

/** The codec alone: writes or reads messages, again and again, without any server. */
final class Coding implements Work {
    /** Does it once and returns something that depends on all of it. */
    private interface Step {
        int once(Chunk chunk) throws Exception;
    }

    private final List<Chunk> chunks = Workload.chunks(Workload.BATCH);
    private final Step step;
    private long sum;

    private Coding(Step step) {
        this.step = step;
    }

    static Coding encodeLovage() {
        Codec codec = new Codec();
        return new Coding(chunk -> codec.encode(chunk).body().length());
    }

    static Coding encodeBare() {
        BareEncoder encoder = Connections.bareEncoder();
        return new Coding(chunk -> {
            BasicProperties properties = encoder.properties(TaskId.random().value(), chunk);
            return properties.getHeaders().isEmpty() ? 0 : encoder.body(chunk).length;
        });
    }

    static Coding decodeLovage() {
        Codec codec = new Codec();
        InboundMessage message =
                InboundMessage.of(codec.encode(Workload.chunks(1).get(0)), Workload.IMPORT.name(), 0);
        return new Coding(any -> {
            Chunk chunk = codec.bind(codec.decode(message).payload());
            return chunk == null ? 0 : chunk.rows();
        });
    }

    static Coding decodeBare() {
        BareEncoder encoder = Connections.bareEncoder();
        BareDecoder decoder = new BareDecoder();
        Chunk first = Workload.chunks(1).get(0);
        BasicProperties properties = encoder.properties(TaskId.random().value(), first);
        byte[] body = encoder.body(first);
        return new Coding(any -> decoder.decode(properties, body).chunk().rows());
    }

    @Override
    public void prepare() {
        sum = 0;
    }

    @Override
    public void run() throws Exception {
        for (int done = 0; done < Workload.CODED; done += chunks.size()) {
            for (Chunk chunk : chunks) {
                sum += step.once(chunk);
            }
        }
    }

    @Override
    public void verify() {
        if (sum == 0) {
            throw new IllegalStateException("nothing was written or read");
        }
    }

    @Override
    public void close() {
        // nothing to close
    }
}
