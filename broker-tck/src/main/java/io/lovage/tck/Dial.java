package io.lovage.tck;

import io.lovage.spi.BrokerConfig;
import io.lovage.spi.ServiceUrl;
import java.time.Duration;

/** How a test connects: where, with which clock, how patiently, and who makes the threads. */
record Dial(String url, Duration clockOff, Duration connectTimeout, Duration publishTimeout, KitThreads threads) {
    private static final Duration USUAL = Duration.ofSeconds(30);

    static Dial to(String url) {
        return new Dial(url, Duration.ZERO, USUAL, USUAL, KitThreads.of("tck"));
    }

    Dial clockOffBy(Duration offset) {
        return new Dial(url, offset, connectTimeout, publishTimeout, threads);
    }

    Dial connectTimeout(Duration timeout) {
        return new Dial(url, clockOff, timeout, publishTimeout, threads);
    }

    Dial publishTimeout(Duration timeout) {
        return new Dial(url, clockOff, connectTimeout, timeout, threads);
    }

    Dial madeBy(KitThreads factory) {
        return new Dial(url, clockOff, connectTimeout, publishTimeout, factory);
    }

    BrokerConfig config(KitTime time) {
        return new BrokerConfig(ServiceUrl.parse(url), "tck", connectTimeout, publishTimeout, time, threads);
    }
}
