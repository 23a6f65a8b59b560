package io.lovage.interop;

import io.lovage.testservers.TestServers;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/** Which broker and which result backend both languages share. */
enum Wiring {
    RABBITMQ_WITH_RPC(true, false),
    RABBITMQ_WITH_REDIS(true, true),
    REDIS_WITH_RPC(false, false),
    REDIS_WITH_REDIS(false, true);

    private final boolean rabbit;
    private final boolean storesResults;

    Wiring(boolean rabbit, boolean storesResults) {
        this.rabbit = rabbit;
        this.storesResults = storesResults;
    }

    boolean rabbit() {
        return rabbit;
    }

    /** Whether results are kept in Redis, and not sent to whoever waits. */
    boolean storesResults() {
        return storesResults;
    }

    /** Aborts the test where the server is not to be had. */
    String brokerForPython() {
        return rabbit
                ? TestServers.rabbitUrl().orSkip(Assumptions::abort) + "/" // the virtual host is called "/"
                : TestServers.redisUrl().orSkip(Assumptions::abort);
    }

    /** Queues as Celery 5.2 declares them and lists of priority as it reads them: it can use no others. */
    String brokerForJava() {
        return rabbit
                ? TestServers.rabbitUrl().orSkip(Assumptions::abort) + "?queue_type=classic"
                : TestServers.redisUrl().orSkip(Assumptions::abort) + "?priority=celery";
    }

    String results() {
        return storesResults ? TestServers.redisUrl().orSkip(Assumptions::abort).replaceAll("/0$", "/1") : "rpc://";
    }

    /** The queues are those of this wiring alone, though the servers are shared. */
    String queue(String language) {
        return language + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
