package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broadcasts.Source;
import io.lovage.spi.Broadcasts.Target;
import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Chapter R13. Others broadcast at the same time, on the same server: each test looks for its own messages by their
 * ids.
 */
abstract class BroadcastRules extends Chapter {
    private static final Duration PROMPT = Duration.ofSeconds(2);
    private static final int MORE_THAN_ANYBODY_KEEPS = 20_000;

    @Test
    @DisplayName("R13.1 an event reaches everybody who listens to its group, once each, and nobody else")
    void anEventReachesEverybodyWhoListens(Trial trial) {
        Broadcasts sender = of(trial, trial.broker());
        BroadcastEar all = listen(trial, new Source.Events(""));
        BroadcastEar workers = listen(trial, new Source.Events("worker"));
        BroadcastEar tasks = listen(trial, new Source.Events("task"));
        BroadcastEar node = listen(trial, new Source.Node(Trial.newName()));

        sender.send(new Target.Event("worker.online"), all.named("first"));
        sender.send(new Target.Event("worker.heartbeat"), all.named("second"));
        sender.send(new Target.Event("task.multi"), all.named("third"));

        trial.await("the events at who listens to all", () -> all.heard(all).size() == 3);
        trial.await("the events of workers", () -> workers.heard(all).size() == 2);
        trial.await("the event of a task", () -> tasks.heard(all).size() == 1);
        trial.letPass(Duration.ofMillis(200)); // in which whatever came twice would come
        assertThat(all.heard(all)).containsExactly("first", "second", "third");
        assertThat(workers.heard(all)).containsExactly("first", "second");
        assertThat(tasks.heard(all)).containsExactly("third");
        assertThat(node.heard(all)).isEmpty();
    }

    @Test
    @DisplayName("R13.1 headers and body of what is broadcast arrive unchanged")
    void whatIsBroadcastArrivesUnchanged(Trial trial) {
        BroadcastEar ear = listen(trial, new Source.Events(""));
        Message sent = ear.named("sent")
                .withHeader("hostname", "lovage@host")
                .withHeader("clock", 7)
                .withHeader("none", null)
                .withHeader("list", List.of("ä", 1));

        of(trial, trial.broker()).send(new Target.Event("task.sent"), sent);

        trial.await("the event", () -> ear.messages(ear).size() == 1);
        Message heard = ear.messages(ear).get(0);
        assertThat(heard.headers()).isEqualTo(sent.headers());
        assertThat(heard.body()).isEqualTo(sent.body());
        assertThat(heard.properties()).isEqualTo(sent.properties());
    }

    @Test
    @DisplayName("R13.2 nothing is kept for those who come later")
    void nothingIsKeptForThoseWhoComeLater(Trial trial) {
        String node = Trial.newName();
        BroadcastEar first = listen(trial, new Source.Node(node));
        Broadcasts sender = of(trial, trial.broker());
        sender.send(new Target.EveryNode(), first.named("early"));
        trial.await("who is there to hear", () -> first.heard(first).equals(List.of("early")));
        first.close();
        sender.send(new Target.EveryNode(), first.named("between"));

        BroadcastEar later = listen(trial, new Source.Node(node));
        sender.send(new Target.EveryNode(), first.named("late"));

        trial.await("who came later to hear", () -> !later.heard(first).isEmpty());
        assertThat(later.heard(first)).doesNotContain("early");
        assertThat(first.heard(first)).containsExactly("early");
    }

    @Test
    @DisplayName("R13.3 a question reaches every node, an answer him who has asked and nobody else")
    void anAnswerReachesWhoHasAsked(Trial trial) {
        BroadcastEar one = listen(trial, new Source.Node(Trial.newName()));
        BroadcastEar other = listen(trial, new Source.Node(Trial.newName()));
        Target.Asker mine = Target.Asker.random();
        BroadcastEar answers = listen(trial, new Source.Answers(mine));
        BroadcastEar foreign = listen(trial, new Source.Answers(Target.Asker.random()));

        of(trial, trial.broker()).send(new Target.EveryNode(), one.named("question"));
        trial.await(
                "both nodes to be asked",
                () -> one.heard(one).size() == 1 && other.heard(one).size() == 1);
        of(trial, trial.connect()).send(mine, one.named("answer of one"));
        of(trial, trial.connect()).send(mine, one.named("answer of other"));

        trial.await("both answers", () -> answers.heard(one).size() == 2);
        assertThat(answers.heard(one)).containsExactlyInAnyOrder("answer of one", "answer of other");
        assertThat(foreign.heard(one)).isEmpty();
        assertThat(one.heard(one)).containsExactly("question");
    }

    @Test
    @DisplayName("R13.3 an answer that nobody waits for any more harms nothing")
    void anAnswerThatNobodyWaitsForHarmsNothing(Trial trial) {
        Broadcasts sender = of(trial, trial.broker());
        BroadcastEar ear = listen(trial, new Source.Events(""));

        sender.send(Target.Asker.random(), ear.named("nobody waits"));
        sender.send(new Target.Asker("no-such-exchange", "no-such-key"), ear.named("nobody at all"));

        trial.await("an event to come through afterwards", () -> {
            sender.send(new Target.Event("worker.heartbeat"), ear.named("afterwards"));
            return ear.heard(ear).contains("afterwards");
        });
    }

    @Test
    @DisplayName("R13.4 broadcasting never blocks: what cannot be sent is dropped and counted")
    void broadcastingNeverBlocks(Trial trial) {
        NetworkFaults.Link link = trial.ends(
                trial.needs(trial.harness().network(), "faults of the network").open());
        Broker broker = trial.connect(Dial.to(link.url()));
        Broadcasts sender = of(trial, broker);
        link.blackhole(NetworkFaults.Direction.TO_BROKER);

        Message message = BroadcastEar.message(Trial.newName(), "waits", Bytes.wrap(new byte[1_000]));
        Stopwatch watch = Stopwatch.start(trial.time());
        for (int i = 0; i < MORE_THAN_ANYBODY_KEEPS; i++) {
            sender.send(new Target.Event("worker.heartbeat"), message);
        }

        assertThat(watch.elapsed()).isLessThan(PROMPT.plus(Trial.SLACK));
        assertThat(sender.dropped()).isPositive();
        link.restore();
    }

    @Test
    @DisplayName("R13.5 a cut connection heals by itself: who has listened hears again, who has sent sends again")
    void aCutConnectionHealsForBroadcasts(Trial trial) {
        NetworkFaults.Link link = trial.ends(
                trial.needs(trial.harness().network(), "faults of the network").open());
        Broadcasts cut = of(trial, trial.connect(Dial.to(link.url())));
        Broadcasts sound = of(trial, trial.broker());
        BroadcastEar deaf = trial.ends(BroadcastEar.of(cut, new Source.Node(Trial.newName()), trial.patience()));
        BroadcastEar witness = listen(trial, new Source.Events(""));

        link.cut();

        trial.await("who has listened to hear again", () -> {
            sound.send(new Target.EveryNode(), witness.named("to the deaf"));
            return !deaf.heard(witness).isEmpty();
        });
        trial.await("who has sent to send again", () -> {
            cut.send(new Target.Event("worker.heartbeat"), witness.named("from the cut"));
            return !witness.heard(witness).isEmpty();
        });
    }

    @Test
    @DisplayName("R13.5 after close nothing is heard, and sending is a drop and no error")
    void afterCloseNothingIsHeard(Trial trial) {
        Broker closing = trial.connect();
        Broadcasts ended = of(trial, closing);
        BroadcastEar ear = trial.ends(BroadcastEar.of(ended, new Source.Events(""), trial.patience()));
        closing.close();

        assertThat(ended.send(new Target.Event("worker.offline"), ear.named("too late")))
                .isFalse();
        of(trial, trial.broker()).send(new Target.Event("worker.online"), ear.named("not for you"));
        trial.letPass(Duration.ofMillis(200));
        assertThat(ear.heard(ear)).isEmpty();
        ear.close();
    }

    @Test
    @DisplayName("R13.3 names are validated before they become keys, queues or routing keys")
    void namesOfBroadcastsAreValidated(Trial trial) {
        assertThat(trial.broker().broadcasts()).isPresent();
        for (String bad : List.of(" ", "a b", "*", "#", "a\nb", "\u0006\u0016", "-a", "x".repeat(181))) {
            assertThatThrownBy(() -> new Target.Event(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Source.Events(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Source.Node(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Target.Asker(bad, "key")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Target.Asker("exchange", bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static BroadcastEar listen(Trial trial, Source from) {
        return trial.ends(BroadcastEar.of(of(trial, trial.connect()), from, trial.patience()));
    }

    private static Broadcasts of(Trial trial, Broker broker) {
        return trial.needs(broker.broadcasts(), "broker with broadcasts");
    }
}
