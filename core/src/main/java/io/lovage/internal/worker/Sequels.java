package io.lovage.internal.worker;

import io.lovage.internal.wire.ChordPart;
import io.lovage.internal.wire.EmbeddedSignature;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.Follower;
import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.Plan;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.ResultDocument;
import io.lovage.internal.wire.ResultOwner;
import io.lovage.internal.wire.Step;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.internal.wire.UnreadableResultException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/*
 * A task's own state is stored first, then everything else is made from what is stored, then the delivery is settled
 * together with the messages that follow. Whoever gets the task again after a crash in between finds the stored state
 * and makes the same of it: the same messages under the same ids, the same part of the chord. So a crash may send a
 * step twice and lose none (rule R3.8), and a chord counts each member once, whatever a second run would have returned.
 */
/** Carries out what follows a task: links, the rest of its chain, its part of a chord. Thread-safe. */
final class Sequels {
    private static final Logger log = LoggerFactory.getLogger(Sequels.class);
    private static final CompletableFuture<Boolean> NOTHING = CompletableFuture.completedFuture(true);
    private static final Fence BEFORE_ANY_DELIVERY = new Fence(0, 0);

    private final WorkerEnvironment environment;
    private final ResultStore store;
    private final MessageEncoder encoder;
    private final ResultCodec codec;
    private final Optional<GroupCounters> groups;
    private final Duration longestDelay;
    private final TimeSource time;

    Sequels(WorkerEnvironment environment, ResultStore store) {
        this.environment = environment;
        this.store = store;
        this.encoder = environment.encoder();
        this.codec = environment.resultCodec();
        this.groups = environment.results().groups();
        this.longestDelay = environment.broker().capabilities().longestDelay();
        this.time = environment.time();
    }

    /** What follows this task and cannot be done from here; empty when all of it can. */
    Optional<String> unsupported(TaskMessage task) {
        if (task.embed().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> fault = Plan.unsupported(task.embed());
        if (fault.isPresent()) {
            return fault;
        }
        return Plan.of(task.embed()).counts() && groups.isEmpty()
                ? Optional.of("a chord, whose members result backend '"
                        + environment.results().capabilities().name() + "' does not count")
                : Optional.empty();
    }

    /** The rest of the outcome: what has to be stored elsewhere is stored, and what follows is sent in settling. */
    CompletableFuture<Outcome> carryOut(Held held, Outcome outcome, Sequel sequel) {
        ResultDocument ended;
        try {
            ended = ResultCodec.read(sequel.ended());
        } catch (UnreadableResultException e) {
            log.error(
                    "what follows task {} is not sent: its stored state cannot be read",
                    sequel.task().id(),
                    e);
            return CompletableFuture.completedFuture(outcome.withoutSequel());
        }
        Work work = new Work(held, sequel.task(), ended, Plan.of(sequel.task().embed()));
        return work.run().thenApply(done -> outcome.followedBy(work.messages, work.completed));
    }

    /** What becomes of a call that never runs. */
    private interface Fate {
        StoredResult of(Follower call, TaskId id);
    }

    /** What follows one ended task. */
    private final class Work {
        private final Held held;
        private final TaskMessage task;
        private final ResultDocument ended;
        private final Plan plan;
        private final List<OutboundMessage> messages = new ArrayList<>();
        private final List<String> completed = new ArrayList<>();

        Work(Held held, TaskMessage task, ResultDocument ended, Plan plan) {
            this.held = held;
            this.task = task;
            this.ended = ended;
            this.plan = plan;
        }

        CompletableFuture<Boolean> run() {
            CompletableFuture<Boolean> stages = NOTHING;
            if (ended.state().equals(TaskState.SUCCESS)) {
                stages = succeeded();
            } else {
                if (ended.state().equals(TaskState.FAILURE)) {
                    sendAll(plan.errbacks(), "link", text(task.id().value()));
                }
                for (Step step : plan.steps()) {
                    stages = stages.thenCompose(before -> neverRuns(step, this::instead, true));
                }
            }
            Optional<Follower> body = plan.chord();
            return body.isEmpty() || task.group().isEmpty()
                    ? stages
                    : stages.thenCompose(before ->
                            count(body.get(), task.group().get(), task.groupIndex(), ChordPart.of(task.id(), ended)));
        }

        private CompletableFuture<Boolean> succeeded() {
            CompletableFuture<Boolean> stages = NOTHING;
            for (int i = 0; i < plan.callbacks().size(); i++) {
                Step callback = plan.callbacks().get(i);
                String place = "link" + i;
                stages = stages.thenCompose(before -> begin(callback, callback.calls(), place));
            }
            if (plan.steps().isEmpty()) {
                return stages;
            }
            Step next = plan.steps().get(0);
            List<EmbeddedSignature> rest = new ArrayList<>(task.embed().chain().orElse(List.of()));
            rest.remove(rest.size() - 1);
            List<Follower> calls = next.plain() ? List.of(next.calls().get(0).before(rest)) : next.calls();
            return stages.thenCompose(before -> begin(next, calls, "step"));
        }

        /** The size of a chord is told before there are members: the last of them is known by that. */
        private CompletableFuture<Boolean> begin(Step step, List<Follower> calls, String place) {
            CompletableFuture<Boolean> told = step.chord()
                    .map(chord -> expect(chord.group(), calls.size()))
                    .orElse(NOTHING);
            return told.thenApply(before -> {
                for (int i = 0; i < calls.size(); i++) {
                    send(calls.get(i), task, ended.result(), calls.size() == 1 ? place : place + "/" + i);
                }
                return true;
            });
        }

        private CompletableFuture<Boolean> expect(String group, int size) {
            return store.ask(
                            held,
                            () -> groups.orElseThrow()
                                    .expect(group, size, environment.resultExpiry())
                                    .thenApply(done -> true))
                    .thenApply(answer -> true);
        }

        /**
         * What will not be reached: whoever waits for any of it is told (rule R11.8), and counts it where it is part of
         * a chord. The members of a chord that has not begun count to nothing.
         */
        private CompletableFuture<Boolean> neverRuns(Step step, Fate fate, boolean counts) {
            CompletableFuture<Boolean> stages = NOTHING;
            for (Follower call : step.calls()) {
                stages = stages.thenCompose(
                        before -> neverRuns(call, fate, counts && step.chord().isEmpty()));
            }
            return step.chord().isEmpty()
                    ? stages
                    : stages.thenCompose(before -> neverRuns(step.chord().get().body(), fate, counts));
        }

        private CompletableFuture<Boolean> neverRuns(Follower call, Fate fate, boolean counts) {
            CompletableFuture<Boolean> stages =
                    call.id().isEmpty() ? NOTHING : ends(call, call.id().get(), fate, counts);
            for (Step later : Plan.toBeTold(call.embed())) {
                stages = stages.thenCompose(before -> neverRuns(later, fate, counts));
            }
            return stages;
        }

        private CompletableFuture<Boolean> ends(Follower call, TaskId id, Fate fate, boolean counts) {
            StoredResult state = fate.of(call, id);
            CompletableFuture<Boolean> told = tell(call, id, state);
            Optional<Follower> body = Plan.bodyOf(call.embed());
            if (!counts || body.isEmpty() || call.group().isEmpty()) {
                return told;
            }
            ChordPart part = ChordPart.of(id, ResultCodec.read(state));
            return told.thenCompose(before -> count(body.get(), call.group().get(), call.groupIndex(), part));
        }

        /** The state of a task that does not run because of this one. */
        private StoredResult instead(Follower call, TaskId id) {
            Failure why = ended.failure().orElseThrow();
            ResultOwner owner = new ResultOwner(id, Optional.of(task.id().value()), call.group());
            return ended.state().equals(TaskState.REVOKED)
                    ? codec.revoked(owner, why.text(), time.now())
                    : codec.failure(owner, why, time.now());
        }

        private CompletableFuture<Boolean> tell(Follower whom, TaskId id, StoredResult state) {
            if (whom.ignoreResult()) {
                return NOTHING;
            }
            TaskRef ref = new TaskRef(id, whom.replyTo(), id.value());
            return store.save(held, new Outcome.Report(ref, BEFORE_ANY_DELIVERY, state))
                    .handle((answer, error) -> {
                        if (error != null) {
                            log.warn("the state {} of task {} cannot be stored", state.state(), id, error);
                        }
                        return true;
                    });
        }

        /** Leaves this member's part; the last one sends the body. */
        private CompletableFuture<Boolean> count(Follower body, String group, OptionalInt index, ChordPart part) {
            GroupCounters counters = groups.orElseThrow();
            return store.ask(held, () -> counters.add(group, index, part.write(), environment.resultExpiry()))
                    .thenCompose(
                            count -> count.filter(GroupCounters.Count::complete).isPresent()
                                    ? store.ask(held, () -> counters.parts(group))
                                    : CompletableFuture.completedFuture(Optional.empty()))
                    .thenCompose(parts -> parts.isPresent() ? complete(body, group, parts.get()) : NOTHING);
        }

        private CompletableFuture<Boolean> complete(Follower body, String group, List<Bytes> texts) {
            List<ChordPart> parts = texts.stream()
                    .flatMap(text -> ChordPart.read(text).stream())
                    .toList();
            Optional<ChordPart> failed =
                    parts.stream().filter(ChordPart::failed).findFirst();
            if (failed.isEmpty()) {
                send(body, task, ChordPart.values(parts), "body");
                completed.add(group);
                return NOTHING;
            }
            TaskId id = idOf(body, task, "body");
            Failure why = failed.get().failure();
            sendAll(Plan.errbacksOf(body.embed()), "body-link", text(id.value()));
            return neverRuns(body, (call, whose) -> codec.failure(ResultOwner.of(whose), why, time.now()), true);
        }

        private void sendAll(List<Follower> followers, String place, JsonNode leading) {
            for (int i = 0; i < followers.size(); i++) {
                send(followers.get(i), task, leading, place + i);
            }
        }

        private void send(Follower follower, TaskMessage parent, JsonNode leading, String place) {
            Instant now = time.now();
            Message message = encoder.encode(follower.after(parent, idOf(follower, parent, place), leading, now));
            messages.add(addressed(follower, message, now));
        }
    }

    /** The same at every delivery of the task: what is sent twice can be told to be one. */
    private static TaskId idOf(Follower follower, TaskMessage parent, String place) {
        return follower.id().orElseGet(() -> {
            String name = parent.id().value() + "/" + place + "/"
                    + follower.signature().task();
            return new TaskId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                    .toString());
        });
    }

    private OutboundMessage addressed(Follower follower, Message message, Instant now) {
        String queue = follower.queue().orElseGet(environment::defaultQueue);
        Optional<QueueCapabilities> known = capabilities(queue);
        int priority = has(known, QueueFeature.PRIORITY) ? follower.priority() : 0;
        Duration delay = follower.start(now)
                .map(start -> Duration.between(now, start))
                .filter(left -> !left.isNegative() && has(known, QueueFeature.DELAY))
                .orElse(Duration.ZERO);
        if (delay.isZero()) {
            return OutboundMessage.to(queue, message).withPriority(priority);
        }
        boolean whole = delay.compareTo(longestDelay) <= 0;
        return OutboundMessage.to(
                        queue, whole ? message.withHeader(LovageHeaders.HELD_UNTIL, message.header("eta")) : message)
                .delayedBy(whole ? delay : longestDelay)
                .withPriority(priority);
    }

    private static boolean has(Optional<QueueCapabilities> queue, QueueFeature feature) {
        return queue.isPresent() && queue.get().has(feature);
    }

    /** Empty when the broker does not tell now: then the publish is what fails and is repeated. */
    private Optional<QueueCapabilities> capabilities(String queue) {
        try {
            return Optional.of(environment.queues().capabilities(queue));
        } catch (BrokerException e) {
            log.debug("queue '{}' cannot be declared yet", queue, e);
            return Optional.empty();
        }
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }

    /** Once the body is on its way its group need not be counted any more; what stays behind expires. */
    void forget(List<String> completed) {
        for (String group : completed) {
            groups.orElseThrow().forget(group).whenComplete((done, error) -> {
                if (error != null) {
                    log.debug("the counters of group {} are left to expire", group, error);
                }
            });
        }
    }
}
