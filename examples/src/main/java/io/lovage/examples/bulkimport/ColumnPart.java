package io.lovage.examples.bulkimport;

import java.util.Map;

/**
 * What one chunk knows of a column. Numbers travel as text, so that no step on the way can round them.
 *
 * @param min empty when there is no value
 * @param max empty when there is no value
 * @param sum empty when the column holds no numbers
 * @param counts how often each value occurs; long values are abbreviated by {@link Abbreviation}
 */
public record ColumnPart(long empty, String min, String max, String sum, Map<String, Long> counts) {}
