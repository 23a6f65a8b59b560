package io.lovage.tck;

import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * The kit: a broker's module extends it in its tests, once for each variant of the broker. Each rule of
 * {@code docs/semantics.md} is at least one test, whose display name begins with the rule's id.
 *
 * <p>The tests run side by side where the module's {@code junit-platform.properties} enables parallel execution.
 */
public abstract class BrokerConformanceKit extends ConformanceKit {
    @Override
    OptionalInt onlyChapter() {
        return OptionalInt.empty();
    }

    @Nested
    @DisplayName("R1 Publishing")
    class R1Publishing extends PublishingRules {}

    @Nested
    @DisplayName("R2 Receiving")
    class R2Receiving extends ReceivingRules {}

    @Nested
    @DisplayName("R3 Settling")
    class R3Settling extends SettlingRules {}

    @Nested
    @DisplayName("R3 Settling: AckAfter")
    class R3AckAfter extends AckAfterRules {}

    @Nested
    @DisplayName("R4 Leases")
    class R4Leases extends LeaseRules {}

    @Nested
    @DisplayName("R4 Leases: workers that die or freeze")
    class R4Crashes extends CrashRules {}

    @Nested
    @DisplayName("R5 Delays")
    class R5Delays extends DelayRules {}

    @Nested
    @DisplayName("R6 Priority")
    class R6Priority extends PriorityRules {}

    @Nested
    @DisplayName("R7 Delivery count")
    class R7DeliveryCount extends DeliveryCountRules {}

    @Nested
    @DisplayName("R8 Expiry")
    class R8Expiry extends ExpiryRules {}

    @Nested
    @DisplayName("R9 The operator's view")
    class R9Operator extends OperatorRules {}

    @Nested
    @DisplayName("R10 Life and faults")
    class R10Faults extends FaultRules {}

    @Nested
    @DisplayName("R10 Life and faults: garbage and storage")
    class R10Garbage extends GarbageRules {}

    @Nested
    @DisplayName("R11 Results")
    class R11Results extends ResultRules {}

    @Nested
    @DisplayName("R12 Safety")
    class R12Safety extends SafetyRules {}

    @Nested
    @DisplayName("R13 Broadcasts")
    class R13Broadcasts extends BroadcastRules {}
}
