package io.lovage.benchmarks.work;

import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RabbitServer;
import java.util.Collection;
import java.util.Optional;

/** What rows run on: a private RabbitMQ on 127.0.0.1 where one of them needs it, gone afterwards. */
public final class Trial implements AutoCloseable {
    /** Instead of a URL, for rows that need no server. */
    private static final String NO_SERVER = "none";

    private final Optional<RabbitServer> rabbit;

    private Trial(Optional<RabbitServer> rabbit) {
        this.rabbit = rabbit;
    }

    /** Starts what the rows need; the server has memory enough not to slow publishers down. */
    public static Trial start(Collection<Row> rows) {
        boolean needed = rows.stream().anyMatch(row -> row.place() == Row.Place.RABBITMQ);
        RabbitOptions options = RabbitOptions.ofDefaults().config("vm_memory_high_watermark.absolute", "2GB");
        return new Trial(needed ? Optional.of(RabbitServer.start(options)) : Optional.empty());
    }

    public boolean hasServer() {
        return rabbit.isPresent();
    }

    public String url() {
        return rabbit.map(RabbitServer::url).orElse(NO_SERVER);
    }

    @Override
    public void close() {
        rabbit.ifPresent(RabbitServer::close);
    }
}
