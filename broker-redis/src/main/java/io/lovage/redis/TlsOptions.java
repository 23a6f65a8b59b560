package io.lovage.redis;

import io.lettuce.core.SslOptions;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.UrlOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * How a TLS connection is made and verified (rule R12.2). Empty texts mean "not given". Without a CA or a trust store
 * the JDK's own trust decides.
 *
 * @param verifyHost whether the certificate must be for the host that was asked for
 */
record TlsOptions(boolean encrypted, Store trust, Store identity, String ca, boolean verifyHost) {
    private static final List<String> VERIFICATIONS = List.of("full", "chain");

    /** A key store in a file; the password never appears in a text. */
    record Store(String path, String password) {
        boolean given() {
            return !path.isEmpty();
        }

        KeyStore load() throws IOException, GeneralSecurityException {
            return KeyStore.getInstance(Path.of(path).toFile(), password.toCharArray());
        }

        @Override
        public String toString() {
            return path;
        }
    }

    private static final List<String> KEYS =
            List.of("truststore", "truststore_password", "keystore", "keystore_password", "ca", "tls_verify");

    static TlsOptions read(UrlOptions options, boolean encrypted) {
        if (!encrypted) {
            options.without("TLS, that is rediss://", KEYS);
            Store none = new Store("", "");
            return new TlsOptions(false, none, none, "", true);
        }
        TlsOptions read = new TlsOptions(
                true,
                new Store(options.text("truststore", ""), options.text("truststore_password", "")),
                new Store(options.text("keystore", ""), options.text("keystore_password", "")),
                options.text("ca", ""),
                options.oneOf("tls_verify", "full", VERIFICATIONS).equals("full"));
        if (read.trust.given() && !read.ca.isEmpty()) {
            options.problem("ca and truststore are both given; give one of them");
        }
        return read;
    }

    /** Reads the files now, so that a wrong one is told at once. */
    SslOptions sslOptions() {
        SslOptions.Builder builder = SslOptions.builder().jdkSslProvider();
        try {
            if (trust.given() || !ca.isEmpty()) {
                TrustManagerFactory trusted =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusted.init(trust.given() ? trust.load() : authorities());
                builder.trustManager(trusted);
            }
            if (identity.given()) {
                KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                own.init(identity.load(), identity.password().toCharArray());
                builder.keyManager(own);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    "cannot read the TLS files named in the URL (ca=" + ca + ", truststore=" + trust + ", keystore="
                            + identity + "): " + e,
                    e);
        }
        return builder.build();
    }

    private KeyStore authorities() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(ca))) {
            int n = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + n++, certificate);
            }
        }
        return store;
    }
}
