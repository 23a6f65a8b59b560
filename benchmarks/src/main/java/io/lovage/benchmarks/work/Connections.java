package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.wire.ProcessName;

/** How both sides connect. */
final class Connections {
    private Connections() {}

    /** As an application connects. */
    static Lovage lovage(String url, String queue) {
        return Lovage.builder()
                .broker(url)
                .results("disabled://")
                .defaultQueue(queue)
                .build();
    }

    /** Writes what Lovage writes: an origin of the same form, and no reply address, since nobody wants the result. */
    static BareEncoder bareEncoder() {
        return new BareEncoder(Workload.IMPORT.name(), ProcessName.current().origin());
    }
}
