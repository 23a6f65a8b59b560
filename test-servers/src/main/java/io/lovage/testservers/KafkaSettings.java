package io.lovage.testservers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The file of settings of one node, which is a process or in a container: then its ports are the same inside, and what
 * it tells clients about its addresses holds on both sides.
 *
 * @param bindAddress where it listens
 * @param dataFolder where it may write
 * @param keyFile of TLS, key and certificate in PEM form, as the node sees it; of no meaning without TLS
 * @param seat its place in its cluster
 */
record KafkaSettings(
        KafkaOptions options,
        String bindAddress,
        String dataFolder,
        String keyFile,
        Seat seat,
        List<Listener> listeners) {
    static final String OPERATOR = "OPERATOR";
    private static final String CONTROLLER = "CONTROLLER";

    /**
     * A way in.
     *
     * @param advertisedPort what clients that came this way are told, on {@code host}
     * @param open whether anybody may come, without a name
     */
    record Listener(String name, int port, String host, int advertisedPort, boolean encrypted, boolean open) {
        String protocol(boolean users) {
            return (users && !open ? "SASL_" : "") + (encrypted ? "SSL" : "PLAINTEXT");
        }
    }

    /**
     * A node's place in its cluster.
     *
     * @param node its number, from 1
     * @param clusterId the same for all nodes
     * @param controllerPorts of all nodes in their order
     */
    record Seat(int node, String clusterId, List<Integer> controllerPorts) {
        int controllerPort() {
            return controllerPorts.get(node - 1);
        }

        String voters() {
            return IntStream.range(0, controllerPorts.size())
                    .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllerPorts.get(i))
                    .collect(Collectors.joining(","));
        }
    }

    String text() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(seat.node()));
        all.put("controller.quorum.voters", seat.voters());
        all.put("controller.listener.names", CONTROLLER);
        all.put("inter.broker.listener.name", OPERATOR);
        all.put("log.dirs", dataFolder);
        putListeners(all);
        if (options.tls()) {
            all.put("ssl.keystore.type", "PEM");
            all.put("ssl.keystore.location", keyFile);
        }
        if (!options.users().isEmpty()) {
            putUsers(all);
        }
        all.putAll(options.config());
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private void putListeners(Map<String, String> all) {
        boolean users = !options.users().isEmpty();
        List<String> bound = new ArrayList<>();
        List<String> advertised = new ArrayList<>();
        List<String> protocols = new ArrayList<>();
        for (Listener listener : listeners) {
            bound.add(listener.name() + "://" + bindAddress + ":" + listener.port());
            advertised.add(listener.name() + "://" + listener.host() + ":" + listener.advertisedPort());
            protocols.add(listener.name() + ":" + listener.protocol(users));
        }
        bound.add(CONTROLLER + "://" + bindAddress + ":" + seat.controllerPort());
        protocols.add(CONTROLLER + ":PLAINTEXT");
        all.put("listeners", String.join(",", bound));
        all.put("advertised.listeners", String.join(",", advertised));
        all.put("listener.security.protocol.map", String.join(",", protocols));
    }

    private void putUsers(Map<String, String> all) {
        all.put("sasl.enabled.mechanisms", "PLAIN");
        String users = options.users().entrySet().stream()
                .map(user -> " user_" + user.getKey() + "=\"" + user.getValue() + "\"")
                .collect(Collectors.joining());
        for (Listener listener : listeners) {
            all.put(
                    "listener.name." + listener.name().toLowerCase(Locale.ROOT) + ".plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required" + users + ";");
        }
    }
}
