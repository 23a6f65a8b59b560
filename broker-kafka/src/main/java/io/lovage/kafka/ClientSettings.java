package io.lovage.kafka;

import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.UrlOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * What every client of Kafka is told: where, how to get in, and what the user passes on. Its text form holds no secret.
 *
 * @param hosts as in the URL, with ports
 * @param security settings of the connection; hold passwords
 * @param passedOn settings of Kafka's own that the user gave, under Kafka's names
 */
record ClientSettings(String hosts, Map<String, Object> security, Map<String, String> passedOn, String masked) {
    static final String PLAIN = "kafka";
    static final String ENCRYPTED = "kafkas";

    private static final int DEFAULT_PORT = 9092;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
    private static final List<String> MECHANISMS = List.of("plain", "scram-sha-256", "scram-sha-512");

    /** The guarantees rest on these: nobody else sets them. */
    private static final Set<String> OURS = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.CLIENT_ID_CONFIG,
            CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
            SaslConfigs.SASL_JAAS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.RETRIES_CONFIG,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "transaction.two.phase.commit.enable",
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
            "share.acknowledgement.mode",
            "share.acquire.mode",
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);

    /** Kafka itself refuses them where a share group consumes. */
    private static final Set<String> NOT_FOR_SHARE_GROUPS = Set.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

    ClientSettings {
        security = Map.copyOf(security);
        passedOn = Map.copyOf(passedOn);
    }

    static ClientSettings read(ServiceUrl url, UrlOptions options) {
        boolean encrypted = url.scheme().equals(ENCRYPTED);
        Map<String, Object> security = new HashMap<>();
        boolean sasl = url.user().isPresent() || url.password().isPresent();
        security.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                (sasl ? "SASL_" : "") + (encrypted ? "SSL" : "PLAINTEXT"));
        if (sasl) {
            String mechanism = options.oneOf("sasl", "plain", MECHANISMS);
            security.put(SaslConfigs.SASL_MECHANISM, mechanism.toUpperCase(Locale.ROOT));
            security.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    jaas(mechanism, url.user().orElse(""), url.password().orElse("")));
        }
        if (encrypted) {
            TlsOptions.read(options).into(security);
        }
        if (!url.path().isEmpty() && !url.path().equals("/")) {
            options.problem("a Kafka URL has no path; this one has '" + url.path() + "'");
        }
        return new ClientSettings(hosts(url.hosts()), security, passedOn(url, options), url.masked());
    }

    /** User and password as JAAS has them: in quotes. */
    private static String jaas(String mechanism, String user, String password) {
        String module = mechanism.equals("plain") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security." + module + " required username=" + quoted(user) + " password="
                + quoted(password) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String hosts(String given) {
        StringBuilder hosts = new StringBuilder();
        for (String part : (given.isEmpty() ? "localhost" : given).split(",", -1)) {
            Matcher matcher = HOST.matcher(part.strip());
            int port =
                    matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : DEFAULT_PORT;
            if (!matcher.matches() || port == 0 || port > HIGHEST_PORT) {
                throw new ConfigurationException("'" + part
                        + "' is not host or host:port; an IPv6 address needs brackets, several hosts need commas"
                        + " between");
            }
            hosts.append(hosts.isEmpty() ? "" : ",")
                    .append(matcher.group(1))
                    .append(':')
                    .append(port);
        }
        return hosts.toString();
    }

    private static Map<String, String> passedOn(ServiceUrl url, UrlOptions options) {
        Map<String, String> found = new LinkedHashMap<>();
        url.options().forEach((key, value) -> {
            if (!key.contains(".")) {
                return;
            }
            options.text(key, "");
            if (OURS.contains(key)) {
                options.problem(key + " cannot be set: what this module guarantees rests on it");
            } else if (NOT_FOR_SHARE_GROUPS.contains(key)) {
                options.problem(key + " cannot be set: Kafka refuses it where a share group consumes");
            } else if (!ProducerConfig.configNames().contains(key)
                    && !ConsumerConfig.configNames().contains(key)
                    && !AdminClientConfig.configNames().contains(key)) {
                options.problem(key + " is not a setting of Kafka's clients");
            } else {
                problem(key, value).ifPresent(options::problem);
                found.put(key, value);
            }
        });
        return found;
    }

    /** What Kafka's clients would say to this value; each of them only when it is made. */
    private static Optional<String> problem(String key, String value) {
        return Stream.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())
                .flatMap(known -> Stream.ofNullable(known.configKeys().get(key)))
                .flatMap(setting -> problem(setting, value).stream())
                .findFirst();
    }

    private static Optional<String> problem(ConfigDef.ConfigKey setting, String value) {
        try {
            Object parsed = ConfigDef.parseType(setting.name, value, setting.type);
            if (setting.validator != null && parsed != null) {
                setting.validator.ensureValid(setting.name, parsed);
            }
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(KafkaErrors.text(e));
        }
    }

    /** For a client that knows these settings. */
    Map<String, Object> with(String clientId, Set<String> known, Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(security);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, hosts);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        settings.putAll(own);
        passedOn.forEach((key, value) -> {
            if (known.contains(key)) {
                settings.put(key, value);
            }
        });
        return settings;
    }

    /** The masked URL: the settings hold a password. */
    @Override
    public String toString() {
        return masked;
    }
}
