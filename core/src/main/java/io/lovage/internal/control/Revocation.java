package io.lovage.internal.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands revoke, terminate and revoked, and hello, by which workers tell each other what was revoked. */
final class Revocation {
    private static final Logger log = LoggerFactory.getLogger(Revocation.class);
    /** More than this are not written into the log. */
    private static final int MOST_SHOWN = 10;

    private final Revoked revoked;
    private final NodeName node;
    private final LogicalClock clock;

    Revocation(Revoked revoked, NodeName node, LogicalClock clock) {
        this.revoked = revoked;
        this.node = node;
        this.clock = clock;
    }

    Map<String, Command> commands() {
        Command all = given -> revoked.all();
        return Map.of(
                "revoke",
                given -> revoke(given.texts("task_id"), given.flag("terminate")),
                "terminate",
                given -> revoke(given.texts("task_id"), true),
                "revoked",
                all,
                "dump_revoked",
                all,
                "hello",
                this::hello);
    }

    /** A thread cannot be killed from outside: whoever asks for that is told so, and what can be done is done. */
    private Map<String, String> revoke(List<String> ids, boolean terminate) {
        ids.forEach(revoked::add);
        String named = String.join(", ", ids);
        log.info("{} tasks are revoked: {}", ids.size(), ids.size() <= MOST_SHOWN ? named : "many");
        String done = "tasks " + named + " flagged as revoked";
        return terminate
                ? Answers.error("terminate is not supported by Lovage, whose handlers are threads; " + done
                        + ", and a handler that runs sees isRevoked()")
                : Answers.ok(done);
    }

    @Nullable
    private Object hello(Given given) {
        if (given.text("from_node").equals(node.value())) {
            return null;
        }
        if (given.values().get("revoked") instanceof Map<?, ?> known) {
            known.keySet().forEach(id -> revoked.add(String.valueOf(id)));
        }
        return Map.of("revoked", revoked.times(), "clock", clock.forward());
    }
}
