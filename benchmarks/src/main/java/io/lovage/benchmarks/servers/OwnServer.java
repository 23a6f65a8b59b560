package io.lovage.benchmarks.servers;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.spi.ServiceUrl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A server that somebody else runs. What it is set to is read and never changed; what is measured lies in queues with
 * names of their own, which are removed.
 */
public final class OwnServer implements Servers {
    private static final Map<String, Broker> SCHEMES =
            Map.of("amqp", Broker.RABBITMQ, "redis", Broker.REDIS, "kafka", Broker.KAFKA);

    private final String url;
    private final Broker broker;

    /**
     * The server at that URL.
     *
     * @throws IllegalArgumentException when the bare clients cannot connect like that
     */
    public OwnServer(String url) {
        ServiceUrl parsed = ServiceUrl.parse(url);
        Broker served = SCHEMES.get(parsed.scheme());
        if (served == null) {
            throw new IllegalArgumentException("cannot measure " + parsed.masked() + ": the bare clients take "
                    + String.join(", ", SCHEMES.keySet().stream().sorted().toList())
                    + ", one server, without TLS");
        }
        if (served == Broker.KAFKA && parsed.user().isPresent()) {
            throw new IllegalArgumentException(
                    "cannot measure " + parsed.masked() + ": the bare client connects to Kafka without a user");
        }
        if (!parsed.options().isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot measure " + parsed.masked() + ": leave the options out, each row has its own");
        }
        this.url = url;
        this.broker = served;
    }

    /**
     * The part of a plan that this server can be measured with: its own level and no other, since its settings stay as
     * they are.
     *
     * @throws IOException when it does not say what it is set to
     */
    public Plan part(Plan plan) throws IOException {
        List<Contender> contenders = Arrays.stream(Contender.values())
                .filter(contender -> contender.broker() == broker)
                .toList();
        Plan all = plan.only(each -> contenders.contains(each.contender())
                && each.level() == each.contender().usual());
        List<Case> cases = new ArrayList<>();
        for (Case each : all.cases()) {
            Level level = level(each.contender());
            cases.add(new Case(each.contender(), level, each.what(), each.variant(), each.payload()));
        }
        return new Plan(plan.scale(), cases, plan.warmups(), plan.rounds());
    }

    private Level level(Contender contender) throws IOException {
        return switch (broker) {
            case MEMORY, RABBITMQ -> contender.usual();
            case REDIS -> redis(settings(contender));
            case KAFKA -> "1".equals(settings(contender).get("flush.messages")) ? Level.D2 : Level.D1;
        };
    }

    private static Level redis(Map<String, String> settings) throws IOException {
        String log = String.valueOf(settings.get("appendonly")).toLowerCase(Locale.ROOT);
        return switch (log) {
            case "no" -> Level.D0;
            case "yes" -> "always".equals(settings.get("appendfsync")) ? Level.D2 : Level.D1;
            default -> throw new IOException("Redis does not say whether it writes a log: " + log);
        };
    }

    private Map<String, String> settings(Contender contender) throws IOException {
        return ReadBack.of(contender, contender.usual(), url, OptionalLong.empty())
                .settings();
    }

    @Override
    public Server at(Contender contender, Level level) throws IOException {
        return ReadBack.of(contender, level, url, OptionalLong.empty()).ofSomebodyElse();
    }

    @Override
    public void close() {
        // it was there before, and stays
    }
}
