/**
 * The main job of a task queue, on real data: a CSV file of any size is cut into chunk tasks, workers check and profile
 * them, and the partial results are merged.
 */
@NullMarked
package io.lovage.examples.bulkimport;

import org.jspecify.annotations.NullMarked;
