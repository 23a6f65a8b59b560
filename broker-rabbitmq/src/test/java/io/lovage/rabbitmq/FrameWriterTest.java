package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.spi.Settled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
    private static final AMQP.Connection.Close CLOSED = new AMQP.Connection.Close.Builder()
            .replyCode(AMQP.CONNECTION_FORCED)
            .replyText("closed")
            .classId(0)
            .methodId(0)
            .build();

    /** Notes frames, and is gone after some of them. */
    private static final class Line implements FrameWriter.Frames {
        private final List<String> written = new ArrayList<>();
        private final int goneAfter;
        private final boolean inTheMidst;

        Line(int goneAfter, boolean inTheMidst) {
            this.goneAfter = goneAfter;
            this.inTheMidst = inTheMidst;
        }

        @Override
        public void ack(long tag, boolean multiple) throws IOException {
            write((multiple ? "ack up to " : "ack ") + tag);
        }

        @Override
        public void release(long tag) throws IOException {
            write("release " + tag);
        }

        private void write(String frame) throws IOException {
            if (written.size() == goneAfter) {
                if (inTheMidst) {
                    throw new IOException("broken pipe");
                }
                throw new AlreadyClosedException(new ShutdownSignalException(true, false, CLOSED, this));
            }
            written.add(frame);
        }
    }

    private static BitSet releasing(int... indices) {
        BitSet set = new BitSet();
        for (int index : indices) {
            set.set(index);
        }
        return set;
    }

    private static Settled write(Line line, BitSet releasing, long... tags) {
        return new FrameWriter(line).write(tags, releasing);
    }

    @Test
    void aFinishedPrefixTakesOneFrame() {
        Line line = new Line(9, false);
        assertThat(write(line, releasing(), 1, 2, 3)).isEqualTo(Settled.SENT);
        assertThat(line.written).containsExactly("ack up to 3");
    }

    @Test
    void whatIsGivenBackGoesFirstSoThatTheRestMayGoTogether() {
        Line line = new Line(9, false);
        write(line, releasing(1, 3), 1, 2, 3, 4, 6);
        assertThat(line.written).containsExactly("release 2", "release 4", "ack up to 3", "ack 6");
    }

    @Test
    void aPrefixThatIsOnlyGivenBackIsNotAcknowledged() {
        Line line = new Line(9, false);
        write(line, releasing(0, 1), 1, 2);
        assertThat(line.written).containsExactly("release 1", "release 2");
    }

    @Test
    @DisplayName("R3.6 a channel that was gone before the first frame has changed nothing")
    void aChannelThatWasGoneBeforeHasChangedNothing() {
        assertThat(write(new Line(0, false), releasing(), 1, 2)).isEqualTo(Settled.LEASE_LOST);
    }

    /** Some of the batch have been settled, so "the lease was lost and nothing was changed" would be a lie. */
    @Test
    @DisplayName("R3.6 a channel that goes in the midst of a batch leaves its outcome unknown")
    void aChannelThatGoesInTheMidstLeavesTheOutcomeUnknown() {
        Line line = new Line(1, false);
        assertThat(write(line, releasing(0), 1, 2)).isEqualTo(Settled.UNKNOWN);
        assertThat(line.written).containsExactly("release 1");
        assertThat(write(new Line(1, false), releasing(), 1, 3)).isEqualTo(Settled.UNKNOWN);
    }

    @Test
    void aFrameThatBreaksOffLeavesTheOutcomeUnknown() {
        assertThat(write(new Line(0, true), releasing(), 1)).isEqualTo(Settled.UNKNOWN);
    }

    @Test
    void anEarlierBatchDoesNotSpeakForALaterOne() {
        FrameWriter writer = new FrameWriter(new Line(1, false));
        assertThat(writer.write(new long[] {1}, releasing())).isEqualTo(Settled.SENT);
        assertThat(writer.write(new long[] {2}, releasing())).isEqualTo(Settled.LEASE_LOST);
    }
}
