package io.lovage;

import io.lovage.spi.ConfigurationException;
import java.util.ServiceLoader;

/**
 * The way from the API to the code behind it, so that this package imports nothing internal. There is one
 * implementation, in lovage-core itself; applications have no use for this type.
 */
public interface LovageEngine {
    Lovage.Builder newBuilder();

    /**
     * Finds the implementation.
     *
     * @throws ConfigurationException when lovage-core's service files were lost, as some ways of making one big jar do
     */
    static LovageEngine load() {
        return ServiceLoader.load(LovageEngine.class, LovageEngine.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("META-INF/services/" + LovageEngine.class.getName()
                        + " is missing from the class path; when you merge jars, merge service files too"));
    }
}
