package io.lovage.testservers;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What one node of a cluster holds for the truth about it; empty when it does not answer.
 *
 * @param nodes the lines of {@code CLUSTER NODES}: id, address, flags, primary, ping, pong, epoch, link, slots
 */
record ClusterView(boolean serves, List<List<String>> nodes) {
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int FIRST_SLOTS = 8;

    static ClusterView of(RedisClient client) {
        boolean serves = client.attempt("CLUSTER", "INFO")
                .flatMap(info -> RedisClient.field(info, "cluster_state"))
                .filter("ok"::equals)
                .isPresent();
        return new ClusterView(serves, parse(client.attempt("CLUSTER", "NODES").orElse("")));
    }

    private static List<List<String>> parse(String lines) {
        return lines.lines().map(line -> List.of(line.split(" ", -1))).toList();
    }

    /** Whether it knows so many nodes, itself included, and has talked to all of them. */
    boolean isComplete(int expected) {
        return nodes.size() == expected && nodes.stream().noneMatch(node -> has(node, "handshake"));
    }

    long replicas() {
        return nodes.stream().filter(node -> has(node, "slave")).count();
    }

    /** The port of the healthy primary of a slot. */
    OptionalInt primaryOf(int slot) {
        return nodes.stream()
                .filter(node -> has(node, "master") && !has(node, "fail"))
                .filter(node -> node.stream().skip(FIRST_SLOTS).anyMatch(range -> contains(range, slot)))
                .mapToInt(ClusterView::port)
                .findFirst();
    }

    private static boolean has(List<String> node, String flag) {
        return Arrays.asList(node.get(FLAGS).split(",", -1)).contains(flag);
    }

    /** In a single number or two with a dash between; one in brackets is moving and counts for nobody. */
    private static boolean contains(String range, int slot) {
        if (range.startsWith("[")) {
            return false;
        }
        String[] ends = range.split("-", -1);
        return Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1]);
    }

    /** In an address of the form {@code 127.0.0.1:port@busPort,host}. */
    private static int port(List<String> node) {
        String address = node.get(ADDRESS);
        return Integer.parseInt(address.substring(address.indexOf(':') + 1, address.indexOf('@')));
    }
}
