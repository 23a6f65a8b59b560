package io.lovage.tck;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** Tests share the broker, but those marked {@link Alone} have it to themselves. Used by JUnit. */
final class BrokerLock implements ResourceLocksProvider {
    private static final String BROKER = "io.lovage.tck.broker";

    @Override
    public Set<Lock> provideForMethod(List<Class<?>> enclosing, Class<?> testClass, Method test) {
        boolean alone = test.isAnnotationPresent(Alone.class);
        return Set.of(new Lock(BROKER, alone ? ResourceAccessMode.READ_WRITE : ResourceAccessMode.READ));
    }
}
