package io.lovage.benchmarks.report;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Gives each row, sample and setting a line of its own, and none to what is inside a sample. */
final class ShallowIndenter implements DefaultPrettyPrinter.Indenter {
    private static final int DEEPEST = 4;

    @Override
    public void writeIndentation(JsonGenerator to, int level) {
        to.writeRaw(level <= DEEPEST ? "\n" + "  ".repeat(level) : " ");
    }

    @Override
    public boolean isInline() {
        return false;
    }
}
