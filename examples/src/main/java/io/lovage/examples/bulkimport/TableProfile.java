package io.lovage.examples.bulkimport;

import java.util.List;
import java.util.Map;

/**
 * What is known of a table.
 *
 * @param rows all data rows, rejected ones included
 * @param rejectedByReason how many rows were rejected, by the code of the reason
 * @param firstRejections the rejected rows with the lowest numbers, at most {@link TableMerger#KEPT_REJECTIONS}
 */
public record TableProfile(
        long rows,
        long rejected,
        Map<String, Long> rejectedByReason,
        List<Rejection> firstRejections,
        List<ColumnProfile> columns) {
    public TableProfile {
        rejectedByReason = Map.copyOf(rejectedByReason);
        firstRejections = List.copyOf(firstRejections);
        columns = List.copyOf(columns);
    }
}
