package io.lovage.internal.client;

import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Lovage;
import io.lovage.spi.ConfigurationException;
import org.junit.jupiter.api.Test;

class ConnectingTest {
    @Test
    void aResultBackendThatNobodyServesIsReportedWithEverythingElseBeforeTheBrokerIsAsked() {
        assertThatThrownBy(() -> Lovage.builder()
                        .broker("memory://?unknown=1") // which only connecting would find
                        .results("redis://:secret@localhost")
                        .defaultQueue("no spaces")
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no result backend on the class path serves redis:")
                .hasMessageContaining("io.lovage:lovage-broker-redis")
                .hasMessageContaining("no spaces")
                .hasMessageNotContaining("unknown")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whereResultsArriveIsAskedAtTheFirstSendThatWantsOne() {
        try (Playground playground = new Playground()) {
            Playground.Connection connection = playground.connect();
            Lovage lovage = connection.lovage();
            lovage.worker().concurrency(1).handle(SQUARE, (x, context) -> x).start();
            lovage.send(SQUARE.with(1).ignoreResult());
            assertThat(connection.results().addressAsked)
                    .as("a worker, and a sender who wants no result")
                    .hasValue(0);

            lovage.send(SQUARE, 2);
            lovage.send(SQUARE, 3);

            assertThat(connection.results().addressAsked).hasValue(1);
        }
    }
}
