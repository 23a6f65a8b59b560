package io.lovage.benchmarks.suite;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.lovage.benchmarks.bare.BareDecoder;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.work.Codec;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.wire.Payload;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.TaskId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The codec alone, step by step, beside the bare client's. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {
    private final Chunk chunk = Workload.chunks(1).get(0);
    private final Codec codec = new Codec();
    private final InboundMessage message = InboundMessage.of(codec.encode(chunk), Workload.IMPORT.name(), 0);
    private final Payload payload = codec.decode(message).payload();

    private final BareEncoder bareEncoder = new BareEncoder(Workload.IMPORT.name(), "gen1@host");
    private final BareDecoder bareDecoder = new BareDecoder();
    private final BasicProperties bareProperties = bareEncoder.properties("id", chunk);
    private final byte[] bareBody = bareEncoder.body(chunk);

    @Benchmark
    public Object encode() {
        return codec.encode(chunk);
    }

    @Benchmark
    public Object decode() {
        return codec.decode(message);
    }

    @Benchmark
    public @Nullable Object bind() {
        return codec.bind(payload);
    }

    @Benchmark
    public void encodeBare(Blackhole hole) {
        hole.consume(bareEncoder.properties(TaskId.random().value(), chunk));
        hole.consume(bareEncoder.body(chunk));
    }

    @Benchmark
    public Object decodeAndBindBare() throws Exception {
        return bareDecoder.decode(bareProperties, bareBody);
    }
}
