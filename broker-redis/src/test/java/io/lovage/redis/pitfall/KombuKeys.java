package io.lovage.redis.pitfall;

/**
 * The keys of the model, with kombu's names.
 *
 * @param prefix kombu's {@code global_keyprefix}, which keeps the stories apart
 * @param name of the queue
 */
record KombuKeys(String prefix, String name) {
    String queue() {
        return prefix + name;
    }

    String unacked() {
        return prefix + "unacked";
    }

    String unackedIndex() {
        return prefix + "unacked_index";
    }

    String mutex() {
        return prefix + "unacked_mutex";
    }
}
