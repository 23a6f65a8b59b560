package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Numbered;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The arguments of numbered tasks, in batches. They are made before a run, so that nobody is measured making them.
 *
 * @param batch how many are sent at once
 */
record Batches(Numbered numbered, int batch) {
    /** So many tasks from this number on; the last batch may be smaller. */
    List<List<Chunk>> of(long first, int tasks) {
        return IntStream.iterate(0, begin -> begin < tasks, begin -> begin + batch)
                .mapToObj(begin -> numbered.chunks(first + begin, Math.min(batch, tasks - begin)))
                .toList();
    }
}
