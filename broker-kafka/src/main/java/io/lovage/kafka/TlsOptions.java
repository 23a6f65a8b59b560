package io.lovage.kafka;

import io.lovage.spi.UrlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.SslConfigs;

/**
 * How a TLS connection is made and verified (rule R12.2). Empty texts mean "not given". Without a CA or a trust store
 * the JDK's own trust decides.
 *
 * @param verifyHost whether the certificate must be for the host that was asked for
 */
record TlsOptions(Store trust, Store identity, String ca, boolean verifyHost) {
    private static final List<String> VERIFICATIONS = List.of("full", "chain");

    /** A key store in a file; the password never appears in a text. */
    record Store(String path, String password) {
        boolean given() {
            return !path.isEmpty();
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /** What this reads; of no use without TLS. */
    static final List<String> KEYS =
            List.of("truststore", "truststore_password", "keystore", "keystore_password", "ca", "tls_verify");

    static TlsOptions read(UrlOptions options) {
        TlsOptions read = new TlsOptions(
                new Store(file(options, "truststore"), options.text("truststore_password", "")),
                new Store(file(options, "keystore"), options.text("keystore_password", "")),
                file(options, "ca"),
                options.oneOf("tls_verify", "full", VERIFICATIONS).equals("full"));
        if (read.trust.given() && !read.ca.isEmpty()) {
            options.problem("ca and truststore are both given; give one of them");
        }
        return read;
    }

    private static String file(UrlOptions options, String key) {
        String path = options.text(key, "");
        if (!path.isEmpty() && !Files.isReadable(Path.of(path))) {
            options.refuse(key, path, "a file that can be read");
        }
        return path;
    }

    /** As Kafka's clients call it. */
    void into(Map<String, Object> settings) {
        if (!ca.isEmpty()) {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, ca);
        } else if (trust.given()) {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, typeOf(trust));
            settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, trust.path());
            settings.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, trust.password());
        }
        if (identity.given()) {
            settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, typeOf(identity));
            settings.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, identity.path());
            settings.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, identity.password());
            settings.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, identity.password());
        }
        settings.put(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, verifyHost ? "https" : "");
    }

    private static String typeOf(Store store) {
        return store.path().endsWith(".jks") ? "JKS" : "PKCS12";
    }
}
