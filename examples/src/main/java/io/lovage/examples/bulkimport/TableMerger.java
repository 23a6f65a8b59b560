package io.lovage.examples.bulkimport;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up chunk profiles in any order, each chunk once, however often it was run and told. Memory does not grow with
 * the number of rows. Not thread-safe.
 */
public final class TableMerger {
    /** Different values are counted exactly up to this number for each column, and estimated beyond it. */
    public static final int DISTINCT_LIMIT = 200_000;
    /** The same for all columns of a table together, so that wide tables do not need more memory. */
    public static final int DISTINCT_LIMIT_OF_TABLE = 1_000_000;
    /** So many rejected rows are kept with number and reason; the others are counted by reason. */
    public static final int KEPT_REJECTIONS = 1_000;

    private final BitSet merged = new BitSet();
    private final List<ColumnMerger> columns;
    private final TreeMap<Long, Rejection> firstRejections = new TreeMap<>();
    private final Map<String, Long> byReason = new TreeMap<>();
    private long rows;
    private long rejected;

    public TableMerger(Table table) {
        int width = table.columns().size();
        int limit = Math.max(1, Math.min(DISTINCT_LIMIT, DISTINCT_LIMIT_OF_TABLE / width));
        this.columns = table.columns().stream()
                .map(column -> new ColumnMerger(column, limit))
                .toList();
    }

    /** Adds a chunk's profile. False, and nothing is added, when that chunk is already in. */
    public boolean add(ChunkProfile profile) {
        if (merged.get(profile.chunk())) {
            return false;
        }
        merged.set(profile.chunk());
        rows += profile.rows();
        profile.rejections().forEach(this::reject);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).add(profile.columns().get(i));
        }
        return true;
    }

    private void reject(Rejection rejection) {
        rejected++;
        byReason.merge(rejection.reason(), 1L, Long::sum);
        firstRejections.put(rejection.row(), rejection);
        if (firstRejections.size() > KEPT_REJECTIONS) {
            firstRejections.pollLastEntry();
        }
    }

    public long rows() {
        return rows;
    }

    public long rejected() {
        return rejected;
    }

    public TableProfile profile() {
        return new TableProfile(
                rows,
                rejected,
                byReason,
                List.copyOf(firstRejections.values()),
                columns.stream().map(ColumnMerger::profile).toList());
    }
}
