package io.lovage.interop;

import java.util.Optional;
import java.util.SplittableRandom;

/** Where random input begins. A test says it when it fails, and the property {@code lovage.test.seed} repeats it. */
final class Seeds {
    private static final long OF_EVERY_BUILD = 20_261_122;

    private Seeds() {}

    /** The same in every build, so that a build tells of a change and not of luck. */
    static long known() {
        return given().orElse(OF_EVERY_BUILD);
    }

    /** Another one each time, for the long run, which looks for what nobody has thought of. */
    static long fresh() {
        return given().orElseGet(() -> new SplittableRandom().nextLong());
    }

    private static Optional<Long> given() {
        return Optional.ofNullable(Long.getLong("lovage.test.seed"));
    }
}
