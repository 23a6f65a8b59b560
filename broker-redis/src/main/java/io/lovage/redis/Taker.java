package io.lovage.redis;

import io.lovage.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Takes messages from one queue with their leases, and makes deliveries of them. Asked one question at a time, by one
 * thread at a time.
 */
final class Taker {
    /** How the server says that all were never handed out before, and have no priority. */
    private static final String ALL_NEW = "";

    private static final char NO_PRIORITY = '0';
    private static final int BEFORE_THE_MESSAGES = 2;

    /**
     * What a taker works with.
     *
     * @param number tells its consumer from others of the same broker, in the ids of its leases
     */
    record Surroundings(QueueKeys keys, Duration lease, TimeSource time, long number) {}

    /**
     * What an answer brought.
     *
     * @param askedNanos when the question was sent
     * @param levelsInUse whether there are messages with priorities
     */
    record Haul(List<RedisDelivery> deliveries, long askedNanos, boolean levelsInUse) {}

    private final Surroundings around;
    private final RedisDelivery.Keeper keeper;
    private final byte[] lease;
    private long next;

    Taker(Surroundings around, RedisDelivery.Keeper keeper) {
        this.around = around;
        this.keeper = keeper;
        this.lease = Scripts.bytes(around.lease().toMillis());
    }

    /** Takes up to {@code most}. Every question has numbers of its own, whatever becomes of it. */
    CompletionStage<Haul> take(Session session, int most, boolean withLevels) {
        long first = next;
        next += most;
        byte[][] keys = around.keys().keys(withLevels);
        String prefix = session.token() + ":" + around.number() + "-";
        long asked = around.time().nanoTime();
        CompletionStage<List<Object>> answer = session.run(
                Scripts.TAKE,
                keys,
                around.keys().levelsOf(keys),
                Scripts.bytes(most),
                lease,
                Scripts.bytes(prefix),
                Scripts.bytes(first));
        return answer.thenApply(
                taken -> new Haul(deliveries(session, prefix, first, taken), asked, Scripts.number(taken.get(0)) == 1));
    }

    private List<RedisDelivery> deliveries(Session session, String prefix, long first, List<Object> answer) {
        if (answer.size() <= BEFORE_THE_MESSAGES) {
            return List.of();
        }
        String told = Scripts.text(answer.get(1));
        String[] histories = told.equals(ALL_NEW) ? new String[0] : told.split(" ", -1);
        List<RedisDelivery> deliveries = new ArrayList<>(answer.size() - BEFORE_THE_MESSAGES);
        for (int i = BEFORE_THE_MESSAGES; i < answer.size(); i++) {
            int index = i - BEFORE_THE_MESSAGES;
            byte[] id = (prefix + (first + index)).getBytes(StandardCharsets.ISO_8859_1);
            byte[] raw = (byte[]) answer.get(i);
            deliveries.add(new RedisDelivery(keeper, session, taken(id, histories, index, raw)));
        }
        return deliveries;
    }

    private static RedisDelivery.Taken taken(byte[] id, String[] histories, int index, byte[] raw) {
        if (histories.length == 0) {
            return new RedisDelivery.Taken(id, NO_PRIORITY, 1, raw);
        }
        String history = histories[index];
        return new RedisDelivery.Taken(id, history.charAt(0), Integer.parseInt(history, 2, history.length(), 10), raw);
    }
}
