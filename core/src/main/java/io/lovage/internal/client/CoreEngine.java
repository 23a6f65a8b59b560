package io.lovage.internal.client;

import io.lovage.Lovage;
import io.lovage.LovageEngine;

/** The implementation behind the API. Thread-safe. */
public final class CoreEngine implements LovageEngine {
    @Override
    public Lovage.Builder newBuilder() {
        return new ConnectionBuilder();
    }
}
