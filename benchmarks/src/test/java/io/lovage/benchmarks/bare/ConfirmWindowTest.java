package io.lovage.benchmarks.bare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConfirmWindowTest {
    private final ConfirmWindow window = new ConfirmWindow(4);

    @Test
    void countsEachMessageOnceWhateverTheOrderOfTheConfirms() throws Exception {
        enter(4);
        window.confirmed(3, false);
        window.confirmed(1, false);
        window.confirmed(3 + 1, true);
        window.awaitEmpty();
        enter(4);
        window.confirmed(8, true);
        window.awaitEmpty();
    }

    @Test
    void waitsUntilTheLastMessageIsConfirmed() throws Exception {
        enter(2);
        CompletableFuture<Void> empty = CompletableFuture.runAsync(this::awaitEmpty);
        window.confirmed(2, false);
        assertThat(empty).isNotDone();
        window.confirmed(1, false);
        empty.get(10, TimeUnit.SECONDS);
    }

    @Test
    void tellsThatAMessageWasRefused() throws Exception {
        enter(1);
        window.refused("no queue");
        window.confirmed(1, false);
        assertThatThrownBy(window::awaitEmpty).isInstanceOf(IOException.class).hasMessage("no queue");
    }

    private void enter(int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            window.enter();
        }
    }

    private void awaitEmpty() {
        try {
            window.awaitEmpty();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
