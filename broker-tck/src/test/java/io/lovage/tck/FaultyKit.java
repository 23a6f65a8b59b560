package io.lovage.tck;

import io.lovage.tck.faulty.Fault;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The kit over a faulty broker. Its name keeps it out of the build's own run; {@link FaultyBrokerTest} runs it. */
@ExtendWith(FaultyKit.FaultOfThisRun.class)
class FaultyKit extends BrokerConformanceKit {
    static final String FAULT = "lovage.tck.fault";

    private final Fault fault;

    FaultyKit(Fault fault) {
        this.fault = fault;
    }

    @Override
    protected BrokerHarness newHarness() {
        return new FaultyHarness(fault);
    }

    static final class FaultOfThisRun implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Fault.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Fault.valueOf(context.getConfigurationParameter(FAULT).orElseThrow());
        }
    }
}
