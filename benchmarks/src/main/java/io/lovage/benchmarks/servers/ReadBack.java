package io.lovage.benchmarks.servers;

import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** Asks a server for what decides about its level. */
final class ReadBack {
    private static final List<String> REDIS = List.of("appendonly", "appendfsync", "save", "maxmemory-policy");
    private static final List<String> KAFKA =
            List.of("flush.messages", "flush.ms", "min.insync.replicas", "max.message.bytes", "compression.type");

    private ReadBack() {}

    static Map<String, String> memory() {
        return Map.of("durability", "none: it is this JVM's own memory");
    }

    static Server of(Contender contender, Level level, String url, OptionalLong pid) throws IOException {
        return switch (contender.broker()) {
            case MEMORY -> throw new IllegalArgumentException("memory has no server");
            case RABBITMQ -> RabbitReading.of(contender, level, url, pid);
            case REDIS -> redis(url, pid);
            case KAFKA -> kafka(level, url, pid);
        };
    }

    private static Server redis(String url, OptionalLong pid) throws IOException {
        try (BareList look = BareList.open(url, scratch())) {
            Map<String, String> settings = new LinkedHashMap<>();
            for (String name : REDIS) {
                settings.put(name, look.setting(name));
            }
            return new Server(url, pid, look.serverVersion(), settings);
        }
    }

    private static Server kafka(Level level, String url, OptionalLong pid) throws IOException {
        try (BareTopic look = BareTopic.open(url, scratch())) {
            Map<String, String> settings = new LinkedHashMap<>(look.settings(KAFKA));
            settings.put("replicas", Integer.toString(look.replicas()));
            settings.put(
                    "acks",
                    (level == Level.D0 ? "1 by the bare client, all by Lovage" : "all")
                            + "; cannot be read back: it is the client's setting, sent with each request");
            return new Server(url, pid, look.serverVersion(), settings);
        }
    }

    static String scratch() {
        return "benchmark.look." + UUID.randomUUID();
    }
}
