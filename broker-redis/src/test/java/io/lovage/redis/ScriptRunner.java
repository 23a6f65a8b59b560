package io.lovage.redis;

import io.lovage.spi.QueueSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Runs those scripts of a queue that no caller of the broker waits for, over a connection of its own. */
record ScriptRunner(Session session) {
    static ScriptRunner connected(Fixture fixture) {
        Connector connector = fixture.ends(TestRedis.connector("", fixture.threads()));
        return new ScriptRunner(fixture.ends(TestRedis.link(connector, fixture.threads(), fixture.time()))
                .start());
    }

    List<Object> run(Script script, QueueSpec queue, List<String> arguments) {
        QueueKeys keys = new KeySpace("", false, false).queue(queue.name());
        byte[][] all = keys.keys(true);
        List<byte[]> whole = new ArrayList<>(List.of(keys.levelsOf(all)));
        arguments.stream().map(Scripts::bytes).forEach(whole::add);
        try {
            return session.<List<Object>>run(script, all, whole.toArray(byte[][]::new))
                    .join();
        } catch (CompletionException e) {
            throw RedisErrors.doing("look after queue '" + queue.name() + "'", e);
        }
    }

    List<Object> tick(QueueSpec queue) {
        return run(Scripts.TICK, queue, List.of("500", session.token(), "0"));
    }

    /** Judges without a grace; {@code owners} are tokens, each followed by what is known of it. */
    List<Object> judge(QueueSpec queue, int most, String cursor, String... owners) {
        List<String> arguments = new ArrayList<>(List.of("0", Integer.toString(most), cursor));
        arguments.addAll(Arrays.asList(owners));
        return run(Scripts.JUDGE, queue, arguments);
    }
}
