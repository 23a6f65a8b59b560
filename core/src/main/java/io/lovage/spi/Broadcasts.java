package io.lovage.spi;

import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Fan-out to those who listen at this moment: what workers do, told to whoever watches, and what operators ask of
 * workers. The ways are Celery's, so that Python programs are among those who listen, ask and answer. Nothing is kept
 * for those who come later (rule R13.2), nothing is confirmed, and nothing here ever holds up the work on tasks (rule
 * R13.4). Thread-safe. It heals by itself after a failure (rule R13.5) and ends with the broker it came from.
 */
public interface Broadcasts {
    /**
     * Hands a message to the broker, some time soon. Returns at once, whatever the broker does: false when the message
     * was dropped, because too many wait already or because there is no connection. True is no promise.
     */
    boolean send(Target to, Message message);

    /**
     * Begins to listen. Returns at once; the listener is called on threads of the broker, for one message at a time,
     * and must not block. What it throws is logged and changes nothing else.
     */
    Listening listen(Source from, Consumer<Message> listener);

    /** How many messages were dropped so far instead of being sent, as far as this side knows. */
    long dropped();

    /** To whom a message is sent. */
    sealed interface Target {
        /**
         * Who watches: an event.
         *
         * @param key words with dots between, from the general to the special: {@code worker.heartbeat}
         */
        record Event(String key) implements Target {
            public Event {
                QueueName.check("key of an event", key);
            }
        }

        /** Every node that listens. */
        record EveryNode() implements Target {}

        /**
         * Who has asked. An answer that nobody waits for any more is dropped by the broker.
         *
         * @param exchange as it came with the question
         * @param routingKey as it came with the question
         */
        record Asker(String exchange, String routingKey) implements Target {
            public Asker {
                QueueName.check("exchange for answers", exchange);
                QueueName.check("routing key for answers", routingKey);
            }

            /** An address that nobody has had. */
            public static Asker random() {
                return new Asker("reply.celery.pidbox", UUID.randomUUID().toString());
            }
        }

        /** Handles all kinds in one place. */
        default <T> T fold(Function<Event, T> event, Function<EveryNode, T> everyNode, Function<Asker, T> asker) {
            if (this instanceof Event e) {
                return event.apply(e);
            }
            return this instanceof Asker a ? asker.apply(a) : everyNode.apply((EveryNode) this);
        }
    }

    /** What to listen to. */
    sealed interface Source {
        /**
         * Events.
         *
         * @param group the first word of their keys, {@code worker} or {@code task}; empty for all
         */
        record Events(String group) implements Source {
            public Events {
                if (!group.isEmpty()) {
                    QueueName.check("group of events", group);
                }
            }
        }

        /**
         * What every node is told.
         *
         * @param name of the node that listens: {@code lovage@host}
         */
        record Node(String name) implements Source {
            public Node {
                QueueName.check("name of a node", name);
            }
        }

        /** Answers to what was asked with this address. */
        record Answers(Target.Asker to) implements Source {}

        /** Handles all kinds in one place. */
        default <T> T fold(Function<Events, T> events, Function<Node, T> node, Function<Answers, T> answers) {
            if (this instanceof Events e) {
                return events.apply(e);
            }
            return this instanceof Node n ? node.apply(n) : answers.apply((Answers) this);
        }
    }

    /** Somebody who listens. Thread-safe. */
    interface Listening extends AutoCloseable {
        /** Completes when messages can come for the first time; may be long after, while the broker refuses. */
        CompletionStage<Void> established();

        /** Nothing more is heard; a call that is under way may end later. Idempotent, does not wait. */
        @Override
        void close();
    }
}
