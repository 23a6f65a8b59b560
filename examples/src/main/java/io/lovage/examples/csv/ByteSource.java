package io.lovage.examples.csv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of a part of a file, one by one, with a way back. Not thread-safe. */
final class ByteSource implements AutoCloseable {
    static final int END = -1;
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private final long limit;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_BYTES).position(0).limit(0);
    private long bufferStart;

    ByteSource(Path file, long from, long limit) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.limit = limit;
        this.bufferStart = from;
    }

    long position() {
        return bufferStart + buffer.position();
    }

    /** The next byte, 0 to 255, or {@link #END}. */
    int read() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get() & 0xFF : END;
    }

    /** The next byte again at the next {@link #read}. */
    int peek() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get(buffer.position()) & 0xFF : END;
    }

    void seek(long position) {
        long inBuffer = position - bufferStart;
        if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
            buffer.position((int) inBuffer);
        } else {
            bufferStart = position;
            buffer.position(0).limit(0);
        }
    }

    private boolean fill() throws IOException {
        long at = position();
        int wanted = (int) Math.min(BUFFER_BYTES, limit - at);
        bufferStart = at;
        buffer.clear().limit(Math.max(0, wanted));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, bufferStart + buffer.position()) < 0) {
                break;
            }
        }
        buffer.flip();
        return buffer.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
