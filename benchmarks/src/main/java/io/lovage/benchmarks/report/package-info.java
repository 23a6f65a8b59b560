/** Figures as they are kept (JSON) and shown (a Markdown table between two marks of a document). */
@NullMarked
package io.lovage.benchmarks.report;

import org.jspecify.annotations.NullMarked;
