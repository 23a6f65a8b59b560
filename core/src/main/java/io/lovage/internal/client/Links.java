package io.lovage.internal.client;

import io.lovage.SendOptions;
import io.lovage.Signature;
import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.Embed;
import io.lovage.internal.wire.EmbeddedCall;
import io.lovage.internal.worker.WorkerEnvironment;
import io.lovage.spi.TaskId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes what follows a task into its message. The worker that has run it sends that, whatever its language; so what
 * only this process knows is decided here: ids, queues, where replies go. Thread-safe.
 */
final class Links {
    private final WorkerEnvironment environment;
    private final ArgumentBinder binder = new ArgumentBinder();
    private final Supplier<Optional<String>> replyTo;

    Links(WorkerEnvironment environment, Supplier<Optional<String>> replyTo) {
        this.environment = environment;
        this.replyTo = replyTo;
    }

    /**
     * What shall follow.
     *
     * @throws IllegalArgumentException when one of them has an option that cannot travel in this way
     */
    Embed embed(SendOptions.Followers followers) {
        return EmbeddedCall.embed(calls(followers.links()), calls(followers.errorLinks()));
    }

    private List<EmbeddedCall> calls(List<Signature<?, ?>> signatures) {
        return signatures.stream().map(this::call).toList();
    }

    private EmbeddedCall call(Signature<?, ?> signature) {
        SendOptions options = signature.options();
        if (options.priority() > 0) {
            throw new IllegalArgumentException("task " + signature.task().name()
                    + " follows another one and has a priority: what sends it may be Celery, whose priorities differ from"
                    + " broker to broker; send it without");
        }
        if (options.expiry().filter(SendOptions.At.class::isInstance).isPresent()) {
            throw new IllegalArgumentException("task " + signature.task().name()
                    + " follows another one and expires at an instant, which a worker of Celery 5.2 cannot read there;"
                    + " use expiresIn, which counts from when it is sent");
        }
        String queue = options.queue().orElseGet(environment::defaultQueue);
        environment.queues().capabilities(queue); // declares it: Celery would not notice that there is none
        SendOptions.Followers followers = options.followers();
        return new EmbeddedCall(
                options.id().map(TaskId::new).orElseGet(TaskId::random),
                signature.task().name(),
                binder.write(signature.argument()),
                queue,
                options.ignoreResult() ? Optional.empty() : replyTo.get(),
                options,
                calls(followers.links()),
                calls(followers.errorLinks()));
    }
}
