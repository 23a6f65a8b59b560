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
    /** Milliseconds, a second at most. */
    private static final Pattern LINGER = Pattern.compile("\\d{1,3}|1000");

    private static final List<String> MECHANISMS = List.of("plain", "scram-sha-256", "scram-sha-512");

    private static final String BY_URL = "hosts, user and encryption stand in the URL";
    private static final String CONFIRMED = "a publish is confirmed when the brokers hold it, once; leave it out";
    private static final String BY_HEARTBEAT = "use ?heartbeat=";
    private static final String BY_TIMEOUT = "the publish timeout of the connection decides";
    private static final String SIZES = "use ?largest_message= and ?publish_window=";
    private static final String BYTES = "envelopes are bytes; leave it out";
    private static final String ACKNOWLEDGED = "a message is settled by itself when its task is done; leave it out";
    private static final String FETCHES = "leases and memory rest on it; use ?profile= and ?batch=";

    /** The guarantees rest on these: nobody else sets them. Each with what to do instead. */
    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, BY_URL),
            Map.entry(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, BY_URL),
            Map.entry(SaslConfigs.SASL_JAAS_CONFIG, BY_URL),
            Map.entry(SaslConfigs.SASL_MECHANISM, "use ?sasl="),
            Map.entry(CommonClientConfigs.CLIENT_ID_CONFIG, "the name of the connection decides"),
            Map.entry(ProducerConfig.ACKS_CONFIG, CONFIRMED),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, CONFIRMED),
            Map.entry(ProducerConfig.RETRIES_CONFIG, CONFIRMED),
            Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, CONFIRMED),
            Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, CONFIRMED),
            Map.entry("transaction.two.phase.commit.enable", CONFIRMED),
            Map.entry(ProducerConfig.PARTITIONER_CLASS_CONFIG, "the messages of a call keep their order; leave it out"),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, BY_TIMEOUT),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, BY_TIMEOUT),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, BY_HEARTBEAT),
            Map.entry(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, BY_HEARTBEAT),
            Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SIZES),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, SIZES),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "the group has the name of the queue, after ?prefix="),
            Map.entry("share.acknowledgement.mode", ACKNOWLEDGED),
            Map.entry("share.acquire.mode", "use ?profile="),
            Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "use ?batch="),
            Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "leases tell of who is stuck; leave it out"),
            Map.entry(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCHES),
            Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHES),
            Map.entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCHES),
            Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHES),
            Map.entry(ConsumerConfig.CHECK_CRCS_CONFIG, "what is damaged must not run; leave it out"),
            Map.entry(ConsumerConfig.EXCLUDE_INTERNAL_TOPICS_CONFIG, "topics are named; leave it out"),
            Map.entry(
                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                    "a queue that was deleted must stay so; declare queues"));

    /** The user's word counts for these, where we have a wish of our own. */
    private static final Set<String> WISHES = Set.of(ProducerConfig.LINGER_MS_CONFIG);

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
        } else {
            options.without("a user and a password in the URL", List.of("sasl"));
        }
        if (encrypted) {
            TlsOptions.read(options).into(security);
        } else {
            options.without("TLS, that is " + ENCRYPTED + "://", TlsOptions.KEYS);
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
            if (!key.contains(".") && !OURS.containsKey(key)) {
                return;
            }
            options.text(key, "");
            String instead = OURS.get(key);
            if (instead != null) {
                options.problem(shown(key, value) + " cannot be set, since what this module guarantees rests on it: "
                        + instead);
            } else if (NOT_FOR_SHARE_GROUPS.contains(key)) {
                options.problem(shown(key, value)
                        + " cannot be set: Kafka refuses it where a share group consumes; leave it out");
            } else if (!ProducerConfig.configNames().contains(key)
                    && !ConsumerConfig.configNames().contains(key)
                    && !AdminClientConfig.configNames().contains(key)) {
                options.problem(key + " is not a setting of Kafka's clients");
            } else {
                problem(key, value)
                        .ifPresent(why -> options.problem(shown(key, value) + " is not allowed by Kafka's clients: "
                                + why + "; correct it or leave it out"));
                found.put(key, value);
            }
        });
        return found;
    }

    /** As it was given, unless it may be a secret. */
    private static String shown(String key, String value) {
        boolean secret = key.equals(SaslConfigs.SASL_JAAS_CONFIG)
                || definitions(key).anyMatch(setting -> setting.type == ConfigDef.Type.PASSWORD);
        return key + "=" + (secret ? "***" : value);
    }

    private static Stream<ConfigDef.ConfigKey> definitions(String key) {
        return Stream.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef())
                .flatMap(known -> Stream.ofNullable(known.configKeys().get(key)));
    }

    /** What Kafka's clients would say to this value; each of them only when it is made. */
    private static Optional<String> problem(String key, String value) {
        if (key.equals(ProducerConfig.LINGER_MS_CONFIG)
                && !LINGER.matcher(value).matches()) {
            return Optional.of("what lingers for more than a second holds back every publish, and what is delayed");
        }
        return definitions(key)
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

    /** What to look at when no broker answers: it says nothing to who speaks another language. */
    String whyNobodyAnswers() {
        String listening = "is a broker listening there";
        return masked.startsWith(ENCRYPTED + ":")
                ? listening + ", and with TLS? For a port without TLS say kafka://"
                : listening + ", and does it want TLS (say kafkas://) or a user (say kafka://user:password@...)?";
    }

    /** For a client that knows these settings. What it cannot do without is not the user's to change. */
    Map<String, Object> with(String clientId, Set<String> known, Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(security);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, hosts);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        settings.putAll(own);
        passedOn.forEach((key, value) -> {
            if (known.contains(key) && (!own.containsKey(key) || WISHES.contains(key))) {
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
