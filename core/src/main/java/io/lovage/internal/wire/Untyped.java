package io.lovage.internal.wire;

/** JSON trees as plain Java values. */
final class Untyped {
    private Untyped() {}
}
