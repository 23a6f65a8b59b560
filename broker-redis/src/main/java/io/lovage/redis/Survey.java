package io.lovage.redis;

import io.lettuce.core.ClientListArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a server what decides whether data survives on it, and puts the answer into words. */
final class Survey {
    /** BLMOVE, and asking for single clients by their ids. */
    private static final String OLDEST = "6.2";

    private static final Pattern VERSION = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*");

    private Survey() {}

    /** Asks over a new connection. What may not be asked stays unknown; wrong credentials do not. */
    static ServerFacts of(Wire wire, Duration limit) throws InterruptedException {
        RedisClusterAsyncCommands<byte[], byte[]> commands = wire.commands();
        ServerFacts facts = new ServerFacts(
                await(commands.info(), limit).map(ServerFacts::lines).orElse(Map.of()),
                settings(commands, limit),
                await(seesClients(commands), limit).orElse(false));
        refuseOld(facts);
        return facts;
    }

    /** These alone, each by its name: among the others are the server's passwords (rule R12.3). */
    private static Map<String, String> settings(RedisClusterAsyncCommands<byte[], byte[]> commands, Duration limit)
            throws InterruptedException {
        Map<String, String> settings = new HashMap<>();
        for (String name : ServerFacts.SETTINGS) {
            settings.putAll(await(commands.configGet(name), limit).orElse(Map.of()));
        }
        return settings;
    }

    private static CompletionStage<Boolean> seesClients(RedisClusterAsyncCommands<byte[], byte[]> commands) {
        return commands.clientId()
                .thenCompose(id -> commands.clientList(ClientListArgs.Builder.ids(id)))
                .thenApply(list -> true);
    }

    private static <T> Optional<T> await(CompletionStage<T> answer, Duration limit) throws InterruptedException {
        try {
            return Optional.ofNullable(answer.toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            if (RedisErrors.isMissingPermission(e)) {
                return Optional.empty();
            }
            throw RedisErrors.doing("tell about itself", e);
        } catch (TimeoutException e) {
            throw RedisErrors.doing("tell about itself within " + UrlOptions.written(limit), e);
        }
    }

    private static void refuseOld(ServerFacts facts) {
        Matcher version = VERSION.matcher(facts.version().orElse(OLDEST));
        if (version.matches()) {
            int major = Integer.parseInt(version.group(1));
            int minor = Integer.parseInt(version.group(2));
            if (major < 6 || (major == 6 && minor < 2)) {
                throw new ConfigurationException(
                        "Redis " + version.group() + " is too old: " + OLDEST + " or newer is needed");
            }
        }
    }

    /**
     * What the server's settings promise, in one line.
     *
     * @throws ConfigurationException when they promise to drop queues, and the user has not accepted that
     */
    static String guarantee(ServerFacts facts, boolean acceptEviction) {
        return "Redis " + facts.version().orElse("of unknown version") + ": " + persistence(facts) + "; "
                + replication(facts) + "; " + eviction(facts, acceptEviction);
    }

    private static String persistence(ServerFacts facts) {
        if (facts.appendOnly().isEmpty()) {
            return "whether it writes to disk may not be asked (INFO, CONFIG GET), so nothing is known of what survives"
                    + " a crash";
        }
        if (facts.appendOnly().get()) {
            return switch (facts.appendFsync().orElse("unknown")) {
                case "always" -> "every confirmed message is on disk (appendonly yes, appendfsync always)";
                case "everysec" ->
                    "a crash of the machine loses up to 2 s of confirmed messages, a crash of the process none while the"
                            + " disk keeps up (appendonly yes, appendfsync everysec)";
                case "no" ->
                    "a crash of the machine loses what the operating system has not written yet, a crash of the process"
                            + " nothing (appendonly yes, appendfsync no)";
                default -> "every message is logged (appendonly yes), when it is on disk may not be asked (CONFIG GET)";
            };
        }
        return facts.snapshots().orElse(true)
                ? "a crash loses everything since the last snapshot (appendonly no)"
                : "a restart loses everything (appendonly no, no snapshots)";
    }

    private static String replication(ServerFacts facts) {
        return facts.replicas()
                .map(count -> count == 0
                        ? "no replicas"
                        : count + " replicas, which are a little behind: a failover can lose what was just confirmed"
                                + " (?wait_replicas=1 waits for them)")
                .orElse("replicas unknown");
    }

    private static String eviction(ServerFacts facts, boolean acceptEviction) {
        String policy = facts.evictionPolicy().orElse("unknown");
        if (!policy.startsWith("allkeys")) {
            return "maxmemory-policy " + policy + (policy.equals("unknown") ? "" : " never drops a queue");
        }
        if (facts.maxMemory().orElse(1L) == 0) {
            return "maxmemory-policy " + policy + " would drop queues as soon as maxmemory is set: use noeviction";
        }
        if (!acceptEviction) {
            throw new ConfigurationException("this Redis drops whole queues when its memory is full (maxmemory-policy "
                    + policy + "): set it to noeviction, or accept the loss with ?eviction=accept");
        }
        return "maxmemory-policy " + policy + " DROPS QUEUES when memory is full, which was accepted";
    }
}
