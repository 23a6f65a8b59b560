package io.lovage.rabbitmq;

import com.rabbitmq.client.Address;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the broker is and who asks, read from the URL's parts before the options. Its text form is the masked URL. */
record Endpoint(List<Address> addresses, String virtualHost, String user, String password, String masked) {
    static final String PLAIN_SCHEME = "amqp";
    static final String TLS_SCHEME = "amqps";

    private static final int PLAIN_PORT = 5672;
    private static final int TLS_PORT = 5671;
    private static final int HIGHEST_PORT = 65535;
    private static final String DEFAULT_USER = "guest";
    private static final Pattern HOST =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]]*)(?::(?<port>\\d{1,5}))?");

    Endpoint {
        addresses = List.copyOf(addresses);
    }

    static Endpoint of(ServiceUrl url) {
        List<Address> addresses = new ArrayList<>();
        for (String host : url.hosts().split(",", -1)) {
            addresses.add(address(host.strip(), url.scheme().equals(TLS_SCHEME) ? TLS_PORT : PLAIN_PORT));
        }
        return new Endpoint(
                addresses,
                virtualHost(url.path()),
                url.user().orElse(DEFAULT_USER),
                url.password().orElse(url.user().isPresent() ? "" : DEFAULT_USER),
                url.masked());
    }

    private static Address address(String text, int defaultPort) {
        Matcher matcher = HOST.matcher(text);
        int port = matcher.matches() && matcher.group("port") != null
                ? Integer.parseInt(matcher.group("port"))
                : defaultPort;
        if (!matcher.matches() || port == 0 || port > HIGHEST_PORT) {
            throw new ConfigurationException("'" + text
                    + "' is not host or host:port; an IPv6 address needs brackets, several hosts need commas between");
        }
        String host = matcher.group("host").replace("[", "").replace("]", "");
        return new Address(host.isEmpty() ? "localhost" : host, port);
    }

    /** No path, {@code /}, {@code //} and {@code /%2f} all mean the virtual host {@code /}, as in Celery. */
    private static String virtualHost(String path) {
        String name = path.isEmpty() ? "" : decode(path.substring(1));
        return name.isEmpty() ? "/" : name;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("the URL's path holds a broken percent escape; write % as %25", e);
        }
    }

    @Override
    public String toString() {
        return masked;
    }
}
