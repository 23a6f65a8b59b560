package io.lovage.console.demo;

import java.util.Locale;

/** Numbers with what they count, as people write them. */
final class Numbers {
    private Numbers() {}

    static String counted(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
