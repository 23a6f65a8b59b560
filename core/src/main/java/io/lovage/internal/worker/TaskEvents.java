package io.lovage.internal.worker;

import io.lovage.internal.control.EventSender;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Begins the {@link TaskStory} of each delivery while events of tasks are wanted; otherwise none has one, and nothing
 * is paid. Thread-safe.
 */
final class TaskEvents {
    private final TimeSource time;
    private volatile @Nullable EventSender sender;

    TaskEvents(TimeSource time) {
        this.time = time;
    }

    /** Before the worker starts; a worker that is no node has none. */
    void sendThrough(EventSender node) {
        sender = node;
    }

    void received(Held held, TaskMessage task) {
        EventSender node = sender;
        if (node != null && node.ofTasks()) {
            TaskStory story = new TaskStory(node, time, task);
            held.begin(story);
            story.received();
        }
    }
}
