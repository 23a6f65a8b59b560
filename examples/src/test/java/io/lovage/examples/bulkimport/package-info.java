@NullMarked
package io.lovage.examples.bulkimport;

import org.jspecify.annotations.NullMarked;
