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

    /** Sets the level of this JVM's log; works as long as nothing has been logged. */
    void apply() {
        System.setProperty(PROPERTY, name().toLowerCase(Locale.ROOT));
    }
}
