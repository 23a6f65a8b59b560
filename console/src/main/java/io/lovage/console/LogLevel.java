package io.lovage.console;

import java.util.Locale;

/** What the log on stderr shows. */
enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    private static final String PROPERTY = "org.slf4j.simpleLogger.defaultLogLevel";
    private static final String DRIVER_PROPERTY = "org.slf4j.simpleLogger.log.com.rabbitmq";

    /** Sets the level of this JVM's log; works as long as nothing has been logged. */
    void apply() {
        String level = name().toLowerCase(Locale.ROOT);
        System.setProperty(PROPERTY, level);
        if (compareTo(DEBUG) <= 0) {
            System.setProperty(DRIVER_PROPERTY, level);
        }
    }
}
