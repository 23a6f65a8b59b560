package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What an operator does about a dead letter, on any broker. */
final class DeadLetterRound {
    private DeadLetterRound() {}

    /** Sends what no worker knows: the worker that takes from the queue puts it away before it ends. */
    static void send(String url, String queue) {
        CommandRun failed = CommandRun.of("send", "no.such.task", "-b", url, "-Q", queue, "--wait", "--timeout", "60");
        assertThat(failed.exitCode()).as(failed.err()).isEqualTo(ExitCode.FAILED);
    }

    /** Lists what {@link #send} has left, sends it again, and finds nothing more. */
    static void decide(String url, String queue) {
        CommandRun listed = run("list", queue, url);
        assertThat(listed.out().lines()).as(listed.err()).singleElement().satisfies(line -> {
            List<String> columns = List.of(line.split("\t"));
            assertThat(columns).hasSize(5);
            assertThat(columns.get(2)).isEqualTo("no.such.task");
        });
        String id = listed.out().split("\t", 2)[0];

        assertThat(run("resend", queue, url, id).exitCode()).isZero();
        assertThat(run("list", queue, url).out()).isEmpty();
        CommandRun gone = run("discard", queue, url, id);
        assertThat(gone.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(gone.errLines()).containsExactly("lovage dead-letters: no dead letter " + id);
    }

    private static CommandRun run(String action, String queue, String url, String... ids) {
        String[] all = new String[ids.length + 5];
        System.arraycopy(new String[] {"dead-letters", "-b", url, action, queue}, 0, all, 0, 5);
        System.arraycopy(ids, 0, all, 5, ids.length);
        return CommandRun.of(all);
    }
}
