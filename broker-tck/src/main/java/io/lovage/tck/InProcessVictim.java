package io.lovage.tck;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.Settled;
import java.time.Duration;
import java.util.List;

/**
 * A victim in this JVM, for brokers that live in it and can make one connection die or freeze like a process.
 * Thread-safe.
 */
public final class InProcessVictim implements Victim {
    private final VictimSession session;
    private final VictimLog log;
    private final Faults faults;

    /**
     * How its connection is made to die and freeze.
     *
     * @param kill what {@code kill -9} of the process would do; also ends the victim when the test does
     * @param freeze what {@code SIGSTOP} would do
     * @param resume what {@code SIGCONT} would do
     */
    public record Faults(Runnable kill, Runnable freeze, Runnable resume) {}

    private InProcessVictim(VictimSession session, VictimLog log, Faults faults) {
        this.session = session;
        this.log = log;
        this.faults = faults;
    }

    /** Takes over a connection and its result backend; returns when it takes. */
    public static InProcessVictim start(
            Broker broker, ResultBackend results, VictimSpec spec, Faults faults, Duration patience) {
        VictimLog log = new VictimLog(patience);
        InProcessVictim victim = new InProcessVictim(new VictimSession(broker, results, spec, log::add), log, faults);
        KitThreads.of("victim").named("take").newThread(victim::take).start();
        log.awaitReady();
        return victim;
    }

    private void take() {
        try {
            session.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.end();
        } catch (BrokerException e) {
            log.add("FAILED " + e);
            log.end();
        }
    }

    @Override
    public List<String> awaitTaken(int count) {
        return log.awaitTaken(count);
    }

    @Override
    public void ack(String id) {
        session.command(VictimSession.ack(id));
    }

    @Override
    public void ackAfter(String id, String queue, int copies) {
        session.command(VictimSession.ackAfter(id, queue, copies));
    }

    @Override
    public void deadLetter(String id) {
        session.command(VictimSession.deadLetter(id));
    }

    @Override
    public void storeResult(String id) {
        session.command(VictimSession.storeResult(id));
    }

    @Override
    public Settled awaitSettled(String id) {
        return log.awaitSettled(id);
    }

    @Override
    public boolean awaitStored(String id) {
        return log.awaitStored(id);
    }

    @Override
    public void awaitLost(String id) {
        log.awaitLost(id);
    }

    @Override
    public void kill() {
        session.stop();
        faults.kill().run();
    }

    @Override
    public void freeze() {
        faults.freeze().run();
    }

    @Override
    public void resume() {
        faults.resume().run();
    }

    @Override
    public void close() {
        kill();
    }
}
