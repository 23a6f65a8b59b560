package io.lovage.redis;

import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where Redis is and who asks, read from the URL's parts before the options. Its text form is the masked URL. */
record Endpoint(
        Topology topology,
        boolean encrypted,
        List<Node> nodes,
        int database,
        Optional<String> user,
        Optional<String> password,
        String masked) {

    /** How the servers stand together. */
    enum Topology {
        STANDALONE("redis", 6379),
        SENTINEL("redis-sentinel", 26379),
        CLUSTER("redis-cluster", 6379);

        private final String scheme;
        private final int port;

        Topology(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }
    }

    /** One server; {@code name} is a host name or an address, without brackets. */
    record Node(String name, int port) {}

    private static final int HIGHEST_PORT = 65535;
    private static final int MOST_DATABASE_DIGITS = 5;
    private static final String ENCRYPTED = "rediss";
    private static final Pattern HOST =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]]*)(?::(?<port>\\d{1,5}))?");

    Endpoint {
        nodes = List.copyOf(nodes);
    }

    static Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");
    }

    static Endpoint of(ServiceUrl url) {
        boolean encrypted = url.scheme().startsWith(ENCRYPTED);
        Topology topology = topology(encrypted ? url.scheme().replaceFirst("rediss", "redis") : url.scheme());
        List<Node> nodes = new ArrayList<>();
        for (String host : url.hosts().split(",", -1)) {
            nodes.add(node(host.strip(), topology.port));
        }
        if (topology == Topology.STANDALONE && nodes.size() > 1) {
            throw new ConfigurationException("several hosts need " + url.scheme() + "-sentinel:// or " + url.scheme()
                    + "-cluster://, which say how they stand together");
        }
        int database = database(url.path());
        if (topology == Topology.CLUSTER && database != 0) {
            throw new ConfigurationException("a Redis Cluster has only database 0, the URL names " + database);
        }
        return new Endpoint(topology, encrypted, nodes, database, url.user(), url.password(), url.masked());
    }

    private static Topology topology(String scheme) {
        for (Topology topology : Topology.values()) {
            if (topology.scheme.equals(scheme)) {
                return topology;
            }
        }
        throw new ConfigurationException("'" + scheme + "' is not a scheme of Redis; known: "
                + schemes().stream().sorted().toList());
    }

    private static Node node(String text, int defaultPort) {
        Matcher matcher = HOST.matcher(text);
        int port = matcher.matches() && matcher.group("port") != null
                ? Integer.parseInt(matcher.group("port"))
                : defaultPort;
        if (!matcher.matches() || port == 0 || port > HIGHEST_PORT) {
            throw new ConfigurationException("'" + text
                    + "' is not host or host:port; an IPv6 address needs brackets, several hosts need commas between");
        }
        String host = matcher.group("host").replace("[", "").replace("]", "");
        return new Node(host.isEmpty() ? "localhost" : host, port);
    }

    /** No path and {@code /} mean database 0, as in Celery. */
    private static int database(String path) {
        String number = path.isEmpty() ? "" : path.substring(1);
        if (number.isEmpty()) {
            return 0;
        }
        if (number.length() > MOST_DATABASE_DIGITS || !number.chars().allMatch(Character::isDigit)) {
            throw new ConfigurationException(
                    "the path of a Redis URL is the number of the database, for instance /0; it is '" + path + "'");
        }
        return Integer.parseInt(number);
    }

    boolean isCluster() {
        return topology == Topology.CLUSTER;
    }

    @Override
    public String toString() {
        return masked;
    }
}
