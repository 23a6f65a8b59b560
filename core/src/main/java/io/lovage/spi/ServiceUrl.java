package io.lovage.spi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of a broker or a result backend: {@code scheme://user:password@hosts/path?options}. Its text form is masked;
 * the password is reachable only by name (rule R12.3).
 *
 * @param scheme in lower case
 * @param hosts as written, one or several {@code host:port} with commas between; may be empty
 * @param path as written, still percent-encoded, beginning with {@code /}; empty when there is none
 * @param options decoded; a key may appear once
 */
public record ServiceUrl(
        String scheme,
        Optional<String> user,
        Optional<String> password,
        String hosts,
        String path,
        Map<String, String> options) {
    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?<userinfo>[^/?#]*)@)?(?<hosts>[^/?#@]*)(?<path>/[^?#]*)?(?:\\?(?<query>[^#]*))?");

    public ServiceUrl {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Reads a URL.
     *
     * @throws ConfigurationException when the text has not this form; the message does not repeat it, since it may hold
     *     a password
     */
    public static ServiceUrl parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new ConfigurationException(
                    "not a broker or result URL; expected scheme://[user:password@]host[:port][/path][?key=value&...],"
                            + " for instance amqp://guest:guest@localhost:5672/");
        }
        String userinfo = group(matcher, "userinfo");
        int colon = userinfo.indexOf(':');
        String user = colon < 0 ? userinfo : userinfo.substring(0, colon);
        return new ServiceUrl(
                group(matcher, "scheme").toLowerCase(Locale.ROOT),
                user.isEmpty() ? Optional.empty() : Optional.of(decode(user, false)),
                colon < 0 ? Optional.empty() : Optional.of(decode(userinfo.substring(colon + 1), false)),
                group(matcher, "hosts"),
                group(matcher, "path"),
                options(group(matcher, "query")));
    }

    private static String group(Matcher matcher, String name) {
        String found = matcher.group(name);
        return found == null ? "" : found;
    }

    private static Map<String, String> options(String query) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            if (found.put(key, value) != null) {
                throw new ConfigurationException("URL option '" + key + "' is given twice");
            }
        }
        return found;
    }

    /** In the user part a plus sign is a plus sign; in the query it is a blank. */
    private static String decode(String text, boolean query) {
        try {
            return URLDecoder.decode(query ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("URL holds a broken percent escape; write % as %25", e);
        }
    }

    /** The URL with the password and every option whose name says that it is a secret replaced by {@code ***}. */
    public String masked() {
        StringBuilder text = new StringBuilder(scheme).append("://");
        if (user.isPresent() || password.isPresent()) {
            text.append(user.orElse(""))
                    .append(password.isPresent() ? ":***" : "")
                    .append('@');
        }
        text.append(hosts).append(path);
        String separator = "?";
        for (Map.Entry<String, String> option : options.entrySet()) {
            String value = isSecret(option.getKey()) ? "***" : option.getValue();
            text.append(separator).append(option.getKey()).append('=').append(value);
            separator = "&";
        }
        return text.toString();
    }

    private static boolean isSecret(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return name.contains("password")
                || name.contains("secret")
                || name.contains("token")
                || name.contains("jaas")
                || name.endsWith(".key"); // Kafka takes private keys as text
    }

    @Override
    public String toString() {
        return masked();
    }
}
