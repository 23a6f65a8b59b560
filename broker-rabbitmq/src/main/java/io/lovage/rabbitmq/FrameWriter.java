package io.lovage.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.lovage.spi.Settled;
import java.io.IOException;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the settlements of one channel with few frames. Not thread-safe. */
final class FrameWriter {
    private static final Logger log = LoggerFactory.getLogger(FrameWriter.class);

    /** The two frames that settle; each throws {@link AlreadyClosedException} when nothing of it was written. */
    interface Frames {
        void ack(long tag, boolean multiple) throws IOException;

        /** Gives back to the head of the queue. */
        void release(long tag) throws IOException;
    }

    private final AckFrontier frontier = new AckFrontier();
    private final Frames frames;
    private boolean wrote;

    FrameWriter(Frames frames) {
        this.frames = frames;
    }

    static FrameWriter on(Channel channel) {
        return new FrameWriter(new Frames() {
            @Override
            public void ack(long tag, boolean multiple) throws IOException {
                channel.basicAck(tag, multiple);
            }

            @Override
            public void release(long tag) throws IOException {
                channel.basicNack(tag, false, true);
            }
        });
    }

    /**
     * Settles these deliveries. LEASE_LOST means that not one frame was written; when the channel went away in the
     * midst of them, some may have arrived, and the answer for all is UNKNOWN.
     *
     * @param tags ascending, each of them not settled before
     * @param releasing which of them, by index, are given back; the others are acknowledged
     */
    Settled write(long[] tags, BitSet releasing) {
        wrote = false;
        try {
            writeAll(tags, releasing);
            return Settled.SENT;
        } catch (AlreadyClosedException e) {
            log.debug("the channel was gone before its deliveries were settled", e);
            return wrote ? Settled.UNKNOWN : Settled.LEASE_LOST;
        } catch (IOException e) {
            log.debug("the channel broke while its deliveries were being settled", e);
            return Settled.UNKNOWN;
        }
    }

    /** Released ones first: then everything before the last acknowledged one is settled, and one frame may say so. */
    private void writeAll(long[] tags, BitSet releasing) throws IOException {
        int contiguous = frontier.settle(tags, tags.length);
        for (int i = releasing.nextSetBit(0); i >= 0; i = releasing.nextSetBit(i + 1)) {
            frames.release(tags[i]);
            wrote = true;
        }
        int together = contiguous - releasing.get(0, contiguous).cardinality();
        if (together > 0) {
            frames.ack(tags[releasing.previousClearBit(contiguous - 1)], together > 1);
            wrote = true;
        }
        for (int i = releasing.nextClearBit(contiguous); i < tags.length; i = releasing.nextClearBit(i + 1)) {
            frames.ack(tags[i], false);
            wrote = true;
        }
    }
}
