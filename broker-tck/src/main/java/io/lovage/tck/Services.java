package io.lovage.tck;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.ServiceUrl;
import java.util.ServiceLoader;

/** Finds providers by the scheme of a URL, as applications do. */
final class Services {
    private Services() {}

    static BrokerProvider broker(ServiceUrl url) {
        return ServiceLoader.load(BrokerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(url.scheme()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no BrokerProvider on the class path serves " + url));
    }

    static ResultBackendProvider results(ServiceUrl url, Broker broker) {
        return ServiceLoader.load(ResultBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(url.scheme()) && provider.worksWith(broker))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ResultBackendProvider on the class path serves " + url
                        + " beside " + broker.capabilities().broker()));
    }
}
