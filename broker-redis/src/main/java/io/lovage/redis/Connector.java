package io.lovage.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lovage.redis.RedisOptions.ConnectionOptions;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Opens connections, all of which share the client library's threads. Thread-safe. */
final class Connector implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final Endpoint endpoint;
    private final Duration connectTimeout;
    private final ClientResources resources;
    private final AbstractRedisClient client;
    private final AbstractRedisClient hearing;
    private final RedisURI address;
    private volatile boolean closed;

    /** Reads the TLS files, but does not connect. */
    Connector(Endpoint endpoint, ConnectionOptions options, Duration connectTimeout, Threads threads, String name) {
        this.endpoint = endpoint;
        this.connectTimeout = connectTimeout;
        SslOptions ssl = endpoint.encrypted() ? options.tls().sslOptions() : SslOptions.create();
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .threadFactoryProvider(pool -> threads.named("redis-" + pool.replace("lettuce-", "")))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        List<RedisURI> addresses = new Addresses(endpoint, options, connectTimeout, name).all();
        this.address = addresses.get(0);
        this.client = client(addresses, ssl, ProtocolVersion.RESP2);
        // In the older version an answer looks like a message, and the client library takes one for the other now and
        // then: a confirmation is lost when it comes in the middle of many.
        this.hearing = client(addresses, ssl, ProtocolVersion.RESP3);
    }

    boolean isCluster() {
        return endpoint.topology() == Endpoint.Topology.CLUSTER;
    }

    /** What makes an address of the client library out of ours. */
    private record Addresses(Endpoint endpoint, ConnectionOptions options, Duration timeout, String name) {
        List<RedisURI> all() {
            Stream<RedisURI> each = endpoint.nodes().stream().map(this::server);
            return endpoint.topology() == Endpoint.Topology.SENTINEL ? List.of(sentinel()) : each.toList();
        }

        private RedisURI server(Endpoint.Node node) {
            return finish(RedisURI.Builder.redis(node.name(), node.port()));
        }

        private RedisURI sentinel() {
            RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(options.master());
            for (Endpoint.Node node : endpoint.nodes()) {
                RedisURI.Builder sentinel = RedisURI.Builder.redis(node.name(), node.port());
                encrypt(sentinel);
                if (!options.sentinelPassword().isEmpty()) {
                    authenticate(sentinel, options.sentinelUser(), options.sentinelPassword());
                }
                builder.withSentinel(sentinel.withTimeout(timeout).build());
            }
            return finish(builder);
        }

        private RedisURI finish(RedisURI.Builder builder) {
            encrypt(builder);
            endpoint.password()
                    .ifPresent(password -> authenticate(builder, endpoint.user().orElse(""), password));
            return builder.withDatabase(endpoint.database())
                    .withClientName(name)
                    .withTimeout(timeout)
                    .build();
        }

        private void encrypt(RedisURI.Builder builder) {
            if (endpoint.encrypted()) {
                builder.withSsl(true)
                        .withVerifyPeer(options.tls().verifyHost() ? SslVerifyMode.FULL : SslVerifyMode.CA);
            }
        }

        private static void authenticate(RedisURI.Builder builder, String user, String password) {
            if (user.isEmpty()) {
                builder.withPassword(password.toCharArray());
            } else {
                builder.withAuthentication(user, password.toCharArray());
            }
        }
    }

    private AbstractRedisClient client(List<RedisURI> addresses, SslOptions ssl, ProtocolVersion version) {
        return endpoint.isCluster() ? cluster(addresses, ssl, version) : single(ssl, version);
    }

    private RedisClient single(SslOptions ssl, ProtocolVersion version) {
        RedisClient made = RedisClient.create(resources, address);
        made.setOptions(tuned(ClientOptions.builder(), ssl, version).build());
        return made;
    }

    private RedisClusterClient cluster(List<RedisURI> addresses, SslOptions ssl, ProtocolVersion version) {
        RedisClusterClient made = RedisClusterClient.create(resources, addresses);
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
        tuned(builder, ssl, version);
        made.setOptions(builder.build());
        return made;
    }

    /**
     * No command is ever sent a second time: what was not answered is unknown, and that is told (design, section 7).
     */
    private ClientOptions.Builder tuned(ClientOptions.Builder builder, SslOptions ssl, ProtocolVersion version) {
        return builder.autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(version)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(connectTimeout)
                        .keepAlive(true)
                        .build())
                .sslOptions(ssl);
    }

    /** Connects and waits for it. Whatever goes wrong is told in words of ours, with the masked URL. */
    Wire open() throws InterruptedException {
        return await(opening());
    }

    /** Connects for publish/subscribe, to any server where there are several: each of them passes everything on. */
    Wire openForHearing() throws InterruptedException {
        if (hearing instanceof RedisClusterClient cluster) {
            return await(cluster.refreshPartitionsAsync()
                    .thenCompose(known -> cluster.connectPubSubAsync(ByteArrayCodec.INSTANCE))
                    .thenApply(Wire::of)
                    .thenApply(this::known));
        }
        RedisClient single = (RedisClient) hearing;
        return await(single.connectPubSubAsync(ByteArrayCodec.INSTANCE, address)
                .thenApply(Wire::of)
                .thenApply(this::known));
    }

    private Wire await(CompletionStage<Wire> opening) throws InterruptedException {
        try {
            return opening.toCompletableFuture().get(connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw refused(e);
        } catch (TimeoutException e) {
            opening.thenAccept(Wire::close);
            throw refused(e);
        } catch (InterruptedException e) {
            opening.thenAccept(Wire::close);
            throw e;
        }
    }

    /**
     * A server that is no Sentinel does not know the command SENTINEL, and the client library waits in vain for another
     * answer.
     */
    private BrokerException refused(Exception failure) {
        boolean late = failure instanceof TimeoutException
                || RedisErrors.find(failure, RedisCommandTimeoutException.class).isPresent();
        String within = late ? " within " + UrlOptions.written(connectTimeout) : "";
        if (!late || endpoint.topology() != Endpoint.Topology.SENTINEL) {
            return RedisErrors.doing("connect to " + endpoint + within, failure);
        }
        String scheme = endpoint.encrypted() ? "rediss" : "redis";
        return new BrokerUnavailableException(
                "cannot connect to " + endpoint + ": nobody there answers as a Sentinel; " + scheme
                        + "-sentinel:// names Sentinels, a server itself is " + scheme + "://",
                failure);
    }

    /** Connects without waiting. */
    CompletionStage<Wire> opening() {
        try {
            return client instanceof RedisClusterClient cluster
                    ? openingAll(cluster)
                    : openingOne((RedisClient) client);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e); // it was closed meanwhile
        }
    }

    private CompletionStage<Wire> openingOne(RedisClient one) {
        return one.connectAsync(ByteArrayCodec.INSTANCE, address)
                .thenApply(Wire::of)
                .thenApply(this::known);
    }

    private CompletionStage<Wire> openingAll(RedisClusterClient cluster) {
        return cluster.refreshPartitionsAsync()
                .thenCompose(known -> cluster.connectAsync(ByteArrayCodec.INSTANCE))
                .thenApply(Wire::of)
                .thenApply(this::known);
    }

    private Wire known(Wire wire) {
        wires.add(wire);
        wire.onLost(() -> wire.close().thenRun(() -> wires.remove(wire)));
        if (closed) {
            wire.close();
        }
        return wire;
    }

    /** Closes what is open, then ends the threads. Returns at once. */
    @Override
    public void close() {
        closed = true;
        CompletableFuture<?>[] closing =
                wires.stream().map(wire -> wire.close().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        CompletionStage<Void> ended = CompletableFuture.allOf(closing)
                .thenCompose(done -> client.shutdownAsync(0, 0, TimeUnit.MILLISECONDS))
                .thenCompose(done -> hearing.shutdownAsync(0, 0, TimeUnit.MILLISECONDS))
                .completeOnTimeout(null, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        ended.whenComplete((done, failure) -> {
            var unused = resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
        });
    }
}
