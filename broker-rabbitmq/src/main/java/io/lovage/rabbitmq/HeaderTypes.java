package io.lovage.rabbitmq;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Walks through the headers of a message as they come from the server, and changes type {@code L} to {@code l}: both
 * are integers of 64 bits with a sign. Whatever is not as it should be is left to the client library to judge.
 */
final class HeaderTypes {
    private static final int BEFORE_FLAGS = 12;
    private static final int CONTENT_TYPE = 1 << 15;
    private static final int CONTENT_ENCODING = 1 << 14;
    private static final int HEADERS = 1 << 13;
    private static final int MORE_FLAGS = 1;
    private static final byte PYTHONS_LONG = 'L';
    private static final byte LONG = 'l';

    private HeaderTypes() {}

    /** In place. */
    static void translate(byte[] payload) {
        try {
            ByteBuffer frame = ByteBuffer.wrap(payload);
            skip(frame, BEFORE_FLAGS);
            int flags = frame.getShort();
            for (int more = flags; (more & MORE_FLAGS) != 0; ) {
                more = frame.getShort();
            }
            if ((flags & CONTENT_TYPE) != 0) {
                skip(frame, frame.get() & 0xFF);
            }
            if ((flags & CONTENT_ENCODING) != 0) {
                skip(frame, frame.get() & 0xFF);
            }
            if ((flags & HEADERS) != 0) {
                fields(frame, true);
            }
        } catch (BufferUnderflowException | IllegalArgumentException broken) {
            return; // the library says what is wrong with it
        }
    }

    /** A table has names before its values, an array has none. False when there is a type that nobody knows. */
    private static boolean fields(ByteBuffer frame, boolean named) {
        int length = frame.getInt();
        int end = frame.position() + length;
        while (frame.position() < end) {
            if (named) {
                skip(frame, frame.get() & 0xFF);
            }
            if (!value(frame)) {
                return false;
            }
        }
        return true;
    }

    private static boolean value(ByteBuffer frame) {
        int at = frame.position();
        byte type = frame.get();
        switch (type) {
            case PYTHONS_LONG -> {
                frame.put(at, LONG);
                skip(frame, Long.BYTES);
            }
            case 'V' -> {}
            case 't', 'b', 'B' -> skip(frame, Byte.BYTES);
            case 's', 'u' -> skip(frame, Short.BYTES);
            case 'I', 'i', 'f' -> skip(frame, Integer.BYTES);
            case 'D' -> skip(frame, Byte.BYTES + Integer.BYTES);
            case LONG, 'd', 'T' -> skip(frame, Long.BYTES);
            case 'S', 'x' -> skip(frame, frame.getInt());
            case 'F' -> {
                return fields(frame, true);
            }
            case 'A' -> {
                return fields(frame, false);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void skip(ByteBuffer frame, int bytes) {
        frame.position(frame.position() + bytes);
    }
}
