package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one signature of a canvas stands for: a call, or the calls of another canvas that Celery has left folded in it.
 * Immutable.
 *
 * @param calls sent at the same time
 * @param chord that the calls count to a chord, which nobody has told the size of yet
 * @param plain whether it is one call that was not folded
 */
public record Step(List<Follower> calls, Optional<Chord> chord, boolean plain) {
    private static final String CHAIN = "chain";
    private static final String GROUP = "group";
    private static final String CHORD = "chord";
    /** Options that a folded canvas may have itself; others would have to be given to its calls. */
    private static final Set<String> KNOWN =
            Set.of("task_id", "root_id", "parent_id", "group_id", "group_index", "reply_to", "add_to_parent");

    /** The chord that is to begin. */
    public record Chord(String group, Follower body) {}

    /**
     * Reads a signature.
     *
     * @throws WireFault saying what cannot be sent from here
     */
    static Step of(EmbeddedSignature signature) throws WireFault {
        return switch (kind(signature)) {
            case CHAIN -> folded(List.of(chain(signature, UnaryOperator.identity())), Optional.empty());
            case GROUP -> {
                check(signature, KNOWN);
                yield folded(
                        members(inside(signature, "tasks"), option(signature, "task_id"), Optional.empty()),
                        Optional.empty());
            }
            case CHORD -> chord(signature);
            default -> new Step(List.of(Follower.of(signature)), Optional.empty(), true);
        };
    }

    /** Reads one that must stand for one call: the first of a chain when it is one. */
    static Follower single(EmbeddedSignature signature) throws WireFault {
        return kind(signature).equals(CHAIN) ? chain(signature, UnaryOperator.identity()) : Follower.of(signature);
    }

    /** Read as far as is needed to tell whoever waits for it; empty when it has no id. */
    static Optional<Step> toBeTold(EmbeddedSignature signature) {
        try {
            return Optional.of(of(signature));
        } catch (WireFault unreadable) {
            return bare(signature);
        }
    }

    private static Optional<Step> bare(EmbeddedSignature signature) {
        ObjectNode options = Json.NODES.objectNode();
        for (String name : List.of("task_id", "reply_to", "ignore_result")) {
            JsonNode value = signature.options().get(name);
            if (value != null) {
                options.set(name, value);
            }
        }
        try {
            Follower call = Follower.of(new EmbeddedSignature(
                    "unreadable",
                    signature.args(),
                    signature.kwargs(),
                    options,
                    Optional.empty(),
                    false,
                    signature.others()));
            return Optional.of(new Step(List.of(call), Optional.empty(), true));
        } catch (WireFault unreadable) {
            return Optional.empty();
        }
    }

    private static Step folded(List<Follower> calls, Optional<Chord> chord) {
        return new Step(calls, chord, false);
    }

    private static String kind(EmbeddedSignature signature) {
        String named = signature.task().replace("celery.", "");
        return Set.of(CHAIN, GROUP, CHORD).contains(named)
                ? named
                : signature.subtaskType().orElse("");
    }

    /** {@code mark} is for the one that ends it, since that is what others wait for. */
    private static Follower chain(EmbeddedSignature signature, UnaryOperator<EmbeddedSignature> mark) throws WireFault {
        check(signature, KNOWN);
        List<EmbeddedSignature> tasks = new ArrayList<>(inside(signature, "tasks"));
        int last = tasks.size() - 1;
        tasks.set(last, mark.apply(named(tasks.get(last), option(signature, "task_id"))));
        EmbeddedSignature first = tasks.remove(0);
        for (EmbeddedSignature task : tasks) {
            Step unused = of(task);
        }
        Collections.reverse(tasks);
        return Follower.of(first).before(tasks);
    }

    /** The id of a chain is that of its end. */
    private static EmbeddedSignature named(EmbeddedSignature end, Optional<String> id) {
        if (id.isEmpty() || !isAbsent(end.options().get("task_id"))) {
            return end;
        }
        ObjectNode options = end.options().deepCopy();
        options.put("task_id", id.get());
        return new EmbeddedSignature(
                end.task(), end.args(), end.kwargs(), options, end.subtaskType(), end.immutable(), end.others());
    }

    private static Step chord(EmbeddedSignature signature) throws WireFault {
        check(signature, KNOWN);
        EmbeddedSignature body = BodyReader.optional(
                        "chord body", signature.kwargs().get("body"))
                .orElseThrow(() -> new WireFault("a nested chord without a body"));
        List<EmbeddedSignature> header = header(signature);
        Optional<String> group = option(signature, "task_id");
        if (group.isEmpty()) {
            throw new WireFault("a nested chord without an id");
        }
        return folded(members(header, group, Optional.of(body)), Optional.of(new Chord(group.get(), single(body))));
    }

    /** A group, or the list of its members. */
    private static List<EmbeddedSignature> header(EmbeddedSignature chord) throws WireFault {
        if (!(chord.kwargs().get("header") instanceof ObjectNode node)) {
            return inside(chord, "header");
        }
        EmbeddedSignature group =
                BodyReader.optional("chord header", node).orElseThrow(() -> new WireFault("a nested chord"));
        Set<String> known = new HashSet<>(KNOWN);
        known.add(CHORD); // the same body once more
        check(group, known);
        return inside(group, "tasks");
    }

    private static List<Follower> members(
            List<EmbeddedSignature> tasks, Optional<String> group, Optional<EmbeddedSignature> body) throws WireFault {
        List<Follower> members = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            int index = i;
            UnaryOperator<EmbeddedSignature> mark = task -> member(task, group, index, body);
            EmbeddedSignature task = tasks.get(i);
            members.add(kind(task).equals(CHAIN) ? chain(task, mark) : Follower.of(mark.apply(task)));
        }
        return members;
    }

    private static EmbeddedSignature member(
            EmbeddedSignature task, Optional<String> group, int index, Optional<EmbeddedSignature> body) {
        ObjectNode options = task.options().deepCopy();
        group.ifPresent(id -> options.put("group_id", id));
        if (isAbsent(options.get("group_index"))) {
            options.put("group_index", index);
        }
        body.ifPresent(signature -> options.set(CHORD, SignatureWriter.signature(signature)));
        return new EmbeddedSignature(
                task.task(), task.args(), task.kwargs(), options, task.subtaskType(), task.immutable(), task.others());
    }

    private static List<EmbeddedSignature> inside(EmbeddedSignature canvas, String key) throws WireFault {
        String what = "a nested " + kind(canvas);
        List<EmbeddedSignature> tasks =
                BodyReader.signatures(what, canvas.kwargs().get(key)).orElse(List.of());
        if (tasks.isEmpty()) {
            throw new WireFault(what + " without tasks");
        }
        return tasks;
    }

    private static void check(EmbeddedSignature canvas, Set<String> known) throws WireFault {
        String what = "a nested " + kind(canvas);
        if (!canvas.args().isEmpty()) {
            throw new WireFault(what + " with arguments of its own");
        }
        for (Map.Entry<String, JsonNode> option : canvas.options().properties()) {
            if (!known.contains(option.getKey()) && !isAbsent(option.getValue())) {
                throw new WireFault(what + " with option " + option.getKey());
            }
        }
    }

    private static Optional<String> option(EmbeddedSignature canvas, String name) {
        JsonNode value = canvas.options().get(name);
        return value != null && value.isString() && !value.stringValue().isEmpty()
                ? Optional.of(value.stringValue())
                : Optional.empty();
    }

    private static boolean isAbsent(@Nullable JsonNode value) {
        return value == null || value.isNull() || (value.isArray() && value.isEmpty());
    }
}
