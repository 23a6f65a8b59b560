package io.lovage.examples.bulkimport;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Bounds the memory a value needs: text longer than {@value #SHOWN} characters is kept as its beginning and a hash of
 * the whole, so that different values stay different.
 */
final class Abbreviation {
    static final int SHOWN = 100;
    private static final char MARK = '\u2026';

    private Abbreviation() {}

    static String of(String value) {
        if (value.length() <= SHOWN) {
            return value;
        }
        int cut = Character.isHighSurrogate(value.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        UUID hash = UUID.nameUUIDFromBytes(value.getBytes(StandardCharsets.UTF_8));
        return value.substring(0, cut) + MARK + hash;
    }
}
