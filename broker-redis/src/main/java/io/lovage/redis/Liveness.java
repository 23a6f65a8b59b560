package io.lovage.redis;

import io.lettuce.core.ClientListArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Finds killed workers before their leases end. Whoever takes from a queue leaves there the run of the server and the id
 * of its connection. The server never gives an id twice within a run, so an owner whose id is not in the client list of
 * the same run is gone for good; after a grace, in which it may learn of that itself, its leases are freed. In another
 * run (restart, failover) ids mean nothing: then the leases end by themselves (rule R4.3).
 */
final class Liveness {
    /** How long a killed worker's leases are held at the most: two looks, the grace, and the moving. */
    static final Duration CRASH_BOUND = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Liveness.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final String THIS_KILLED = "if this process is killed";
    private static final String OTHERS_KILLED = "if a worker is killed";
    private static final int MOST_PER_STEP = 1_000;
    /** What {@code judge.lua} is told of an owner. */
    private static final char OF_ANOTHER_RUN = '0';

    private static final char MISSING = '1';
    private static final char BEING_FREED = '2';

    /** Where a pass through the leases begins, and what says that it is at its end. */
    private static final String BEGIN = "0";

    private static final int FACTS = 2;
    private static final Pattern ID = Pattern.compile("(?:^|\\n)id=(\\d+) ");

    private final Complaints complaints = new Complaints();
    private final boolean allowed;

    /** Thread-safe. {@code allowed} says whether the client list may be asked. */
    Liveness(boolean allowed) {
        this.allowed = allowed;
    }

    /** Where a connection is at home: a run of a server, and its number there. */
    private record Home(String run, long client) {
        static CompletionStage<Home> of(Session session, byte[] key) {
            CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server =
                    session.wire().serverOf(key);
            return server.thenCompose(commands -> commands.info("server")
                    .thenCombine(
                            commands.clientId(),
                            (info, client) -> new Home(
                                    new ServerFacts(ServerFacts.lines(info), Map.of(), true)
                                            .runId()
                                            .orElse(""),
                                    client)));
        }

        byte[] written() {
            return Scripts.bytes(run + ":" + client);
        }
    }

    /** Says who takes from the queue. Harmless when it was said before. */
    void register(Session session, QueueKeys keys) {
        if (!allowed) {
            return;
        }
        byte[][] all = keys.keys(false);
        Home.of(session, keys.queue())
                .thenCompose(home -> session.run(
                        Scripts.JOIN, all, keys.levelsOf(all), Scripts.bytes(session.token()), home.written()))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        refused(THIS_KILLED, keys, failure);
                    } else {
                        complaints.over(THIS_KILLED + keys.name());
                    }
                });
    }

    /** It is tried again with a later tick; a lost connection is told elsewhere. */
    private void refused(String when, QueueKeys keys, Throwable failure) {
        String reason = RedisErrors.rootMessage(failure);
        if (RedisErrors.isAnswer(failure) && complaints.isNew(when + keys.name(), reason)) {
            log.warn(
                    "queue '{}': {}, what it holds comes back only when its leases end: {}", keys.name(), when, reason);
        }
    }

    void unregister(Session session, QueueKeys keys) {
        if (allowed) {
            byte[] owner = ("owner:" + session.token()).getBytes(StandardCharsets.UTF_8);
            session.ask(keys.queue(), commands -> commands.hdel(keys.queue(), owner));
        }
    }

    /**
     * Looks who of the owners is still there.
     *
     * @param owners token and home of each, as the script told
     * @param whenFreed is told when something went back into the queue
     */
    void look(Session session, QueueKeys keys, List<Object> owners, Runnable whenFreed) {
        if (!allowed) {
            return;
        }
        Map<String, String> homes = new LinkedHashMap<>();
        for (int i = 0; i + 1 < owners.size(); i += 2) {
            homes.put(Scripts.text(owners.get(i)), Scripts.text(owners.get(i + 1)));
        }
        Home.of(session, keys.queue())
                .thenCompose(own -> missing(session, keys, homes, own.run()))
                .thenCompose(missing -> judge(session, keys, missing, BEGIN, whenFreed))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        refused(OTHERS_KILLED, keys, failure);
                    } else {
                        complaints.over(OTHERS_KILLED + keys.name());
                    }
                });
    }

    /** Tokens of those who are gone, and what is known of them. */
    private static CompletionStage<Map<String, Character>> missing(
            Session session, QueueKeys keys, Map<String, String> homes, String run) {
        Map<String, Character> missing = new LinkedHashMap<>();
        Map<Long, String> asked = new LinkedHashMap<>();
        homes.forEach((token, home) -> {
            int colon = home.lastIndexOf(':');
            if (colon > 0 && home.substring(0, colon).equals(run)) {
                asked.put(Long.parseLong(home.substring(colon + 1)), token);
            } else {
                missing.put(token, OF_ANOTHER_RUN);
            }
        });
        if (asked.isEmpty()) {
            return CompletableFuture.completedFuture(missing);
        }
        long[] ids = asked.keySet().stream().mapToLong(Long::longValue).toArray();
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server =
                session.wire().serverOf(keys.queue());
        return server.thenCompose(commands -> commands.clientList(ClientListArgs.Builder.ids(ids)))
                .thenApply(list -> {
                    Set<Long> present = present(list);
                    asked.forEach((id, token) -> {
                        if (!present.contains(id)) {
                            missing.put(token, MISSING);
                        }
                    });
                    return missing;
                });
    }

    private static Set<Long> present(String list) {
        Set<Long> present = new HashSet<>();
        Matcher matcher = ID.matcher(list);
        while (matcher.find()) {
            present.add(Long.valueOf(matcher.group(1)));
        }
        return present;
    }

    /**
     * One step through the leases after the other, so that the server serves others in between.
     *
     * @param owners token, and what the script is to know of it
     */
    private CompletionStage<Void> judge(
            Session session, QueueKeys keys, Map<String, Character> owners, String cursor, Runnable whenFreed) {
        if (owners.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        byte[][] all = keys.keys(true);
        List<byte[]> arguments = new ArrayList<>(List.of(
                keys.levelsOf(all),
                Scripts.bytes(GRACE.toMillis()),
                Scripts.bytes(MOST_PER_STEP),
                Scripts.bytes(cursor)));
        owners.forEach((token, known) -> {
            arguments.add(Scripts.bytes(token));
            arguments.add(Scripts.bytes(known));
        });
        CompletionStage<List<Object>> answer = session.run(Scripts.JUDGE, all, arguments.toArray(byte[][]::new));
        return answer.thenCompose(freed -> {
            Map<String, Character> gone = new LinkedHashMap<>();
            freed.subList(FACTS, freed.size()).forEach(token -> gone.put(Scripts.text(token), BEING_FREED));
            long count = Scripts.number(freed.get(0));
            if (count > 0) {
                log.info(
                        "queue '{}': {} messages of workers that are gone ({}) wait again",
                        keys.name(),
                        count,
                        String.join(", ", gone.keySet()));
                whenFreed.run();
            }
            String next = Scripts.text(freed.get(1));
            return next.equals(BEGIN)
                    ? CompletableFuture.completedFuture(null)
                    : judge(session, keys, gone, next, whenFreed);
        });
    }
}
