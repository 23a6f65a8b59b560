package io.lovage.internal.wire;

/** Texts of bounded length. */
public final class Cut {
    private static final int SHORTEST = 80;

    private Cut() {}

    /**
     * The text if it has no more than {@code longest} characters; else three quarters of that from its beginning, the
     * rest from its end, and between them how much is missing.
     */
    public static String middle(String text, int longest) {
        if (longest < SHORTEST) {
            throw new IllegalArgumentException("there is no room for a mark in " + longest + " characters");
        }
        if (text.length() <= longest) {
            return text;
        }
        int room = longest - " ... [1234567890 characters cut] ... ".length();
        int head = whole(text, room * 3 / 4);
        int tail = whole(text, text.length() - (room - room * 3 / 4));
        return text.substring(0, head) + " ... [" + (tail - head) + " characters cut] ... " + text.substring(tail);
    }

    /** The first line, in printable characters and no more than {@code longest}: it cannot pretend to be another. */
    public static String line(String text, int longest) {
        String first = text.lines().findFirst().orElse("");
        String shown = first.length() <= longest ? first : first.substring(0, whole(first, longest)) + "…";
        StringBuilder plain = new StringBuilder(shown.length());
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            plain.append(Character.isISOControl(c) ? ' ' : c);
        }
        return plain.toString();
    }

    /** Never between the two halves of a character. */
    private static int whole(String text, int at) {
        return at > 0 && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }
}
