package io.lovage.console;

import java.util.List;
import java.util.Locale;

/** What the log on stderr shows. */
enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    private static final String PROPERTY = "org.slf4j.simpleLogger.defaultLogLevel";
    private static final List<String> DRIVER_PROPERTIES = List.of(
            "org.slf4j.simpleLogger.log.com.rabbitmq",
            "org.slf4j.simpleLogger.log.io.lettuce",
            "org.slf4j.simpleLogger.log.io.netty",
            "org.slf4j.simpleLogger.log.reactor",
            "org.slf4j.simpleLogger.log.org.apache.kafka");

    /** Sets the level of this JVM's log; works as long as nothing has been logged. */
    void apply() {
        String level = name().toLowerCase(Locale.ROOT);
        System.setProperty(PROPERTY, level);
        if (compareTo(DEBUG) <= 0) {
            DRIVER_PROPERTIES.forEach(driver -> System.setProperty(driver, level));
        }
    }
}
