package io.lovage.redis;

import io.lovage.spi.DeadLetter;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** The dead-letter queues: lists like others, of which this looks at the elements without taking them. Thread-safe. */
final class DeadLetterBox {
    private static final int PAGE = 100;

    private final Answers answers;
    private final KeySpace keys;
    private final Outgoing outgoing;
    private final Publisher publisher;
    private final boolean oneStep;

    /** {@code oneStep}: whether a script may touch two queues. */
    DeadLetterBox(Answers answers, KeySpace keys, Outgoing outgoing, Publisher publisher, boolean oneStep) {
        this.answers = answers;
        this.keys = keys;
        this.outgoing = outgoing;
        this.publisher = publisher;
        this.oneStep = oneStep;
    }

    List<DeadLetter> list(QueueSpec queue, int max) {
        List<DeadLetter> found = new ArrayList<>();
        if (max > 0) {
            walk(queue, (raw, letter) -> {
                found.add(letter);
                return found.size() >= max;
            });
        }
        return found;
    }

    boolean resend(QueueSpec queue, String id) {
        Optional<byte[]> raw = find(queue, id);
        return raw.isPresent() && resend(queue, raw.get());
    }

    private boolean resend(QueueSpec queue, byte[] raw) {
        Obituary obituary = Obituary.read(raw);
        OutboundMessage message =
                OutboundMessage.to(queue.name(), obituary.letter().message()).withPriority(obituary.priority());
        if (!oneStep) {
            answers.to("send a dead letter again", session -> publisher.publish(List.of(message)));
            return remove(queue, raw);
        }
        QueueKeys target = keys.queue(queue.name());
        byte[][] touched = {
            keys.queue(queue.deadLetterQueue()).base(), target.queue(), target.list(obituary.priority()), target.wake()
        };
        byte[] waking = Scripts.bytes(target.needsWake(obituary.priority()) ? '1' : '0');
        long sent = answers.to(
                "send a dead letter again",
                session -> session.run(Scripts.RESEND, touched, raw, outgoing.envelope(message), waking));
        return sent == 1;
    }

    boolean discard(QueueSpec queue, String id) {
        Optional<byte[]> raw = find(queue, id);
        return raw.isPresent() && remove(queue, raw.get());
    }

    private boolean remove(QueueSpec queue, byte[] raw) {
        byte[] list = keys.queue(queue.deadLetterQueue()).base();
        long removed = answers.to(
                "remove a dead letter", session -> session.ask(list, commands -> commands.lrem(list, -1, raw)));
        return removed == 1;
    }

    private Optional<byte[]> find(QueueSpec queue, String id) {
        List<byte[]> found = new ArrayList<>(1);
        walk(queue, (raw, letter) -> {
            if (letter.id().equals(id)) {
                found.add(raw);
            }
            return !found.isEmpty();
        });
        return found.stream().findFirst();
    }

    /** Shows the queue's letters from the oldest on, which is the last of the list, until {@code visitor} says true. */
    private void walk(QueueSpec queue, BiPredicate<byte[], DeadLetter> visitor) {
        byte[] list = keys.queue(queue.deadLetterQueue()).base();
        for (int seen = 0; ; seen += PAGE) {
            int last = -1 - seen;
            List<byte[]> page = answers.to(
                    "look into queue '" + queue.deadLetterQueue() + "'",
                    session -> session.ask(list, commands -> commands.lrange(list, last - PAGE + 1, last)));
            for (int i = page.size() - 1; i >= 0; i--) {
                Obituary obituary = Obituary.read(page.get(i));
                if (obituary.isOf(queue) && visitor.test(page.get(i), obituary.letter())) {
                    return;
                }
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }
}
