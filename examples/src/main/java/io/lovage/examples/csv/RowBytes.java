package io.lovage.examples.csv;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The unquoted bytes of one row and where its fields end. Holds at most the longest row. Not thread-safe. */
final class RowBytes {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final int longest;
    private byte[] bytes = new byte[256];
    private int length;
    private int[] ends = new int[16];
    private int fields;
    private boolean overflown;

    RowBytes(int longest) {
        this.longest = longest;
    }

    void clear() {
        length = 0;
        fields = 0;
        overflown = false;
    }

    void append(int value) {
        if (length == longest) {
            overflown = true;
            return;
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(longest, length * 2));
        }
        bytes[length++] = (byte) value;
    }

    void endField() {
        if (fields == longest) {
            overflown = true;
            return;
        }
        if (fields == ends.length) {
            ends = Arrays.copyOf(ends, fields * 2);
        }
        ends[fields++] = length;
    }

    /** Whether there was more than the longest row. */
    boolean overflown() {
        return overflown;
    }

    int fields() {
        return fields;
    }

    CsvRow decode() {
        List<String> values = new ArrayList<>(fields);
        int start = 0;
        for (int field = 0; field < fields; field++) {
            try {
                values.add(text(start, ends[field]));
            } catch (CharacterCodingException e) {
                return new CsvRow.Faulty(RowFault.ENCODING, "field " + (field + 1) + " is not UTF-8");
            }
            start = ends[field];
        }
        return new CsvRow.Fields(values);
    }

    private String text(int from, int to) throws CharacterCodingException {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return decoder.decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
            }
        }
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
