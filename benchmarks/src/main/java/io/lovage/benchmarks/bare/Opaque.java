package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that nobody builds or reads: as many as a call has, the first eight of them its number, so that it can be
 * counted. What a broker's own client reaches with them is the ceiling. Immutable.
 */
public final class Opaque {
    private static final byte FILLER = 'x';

    private final byte[] bytes;

    /** Of that size, which is at least eight. */
    public Opaque(int size) {
        bytes = new byte[size];
        Arrays.fill(bytes, FILLER);
    }

    public byte[] write(Chunk chunk) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).putLong(Numbered.number(chunk));
        return copy;
    }

    static long number(byte[] raw) {
        return ByteBuffer.wrap(raw).getLong();
    }
}
