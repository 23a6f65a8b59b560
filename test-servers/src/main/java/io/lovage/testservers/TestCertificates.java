package io.lovage.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A certificate for {@code localhost} and {@code 127.0.0.1}, signed by an authority made for it alone. Made with
 * {@code keytool}, which every JDK has; what that cannot write (a key in PEM form) is written here.
 *
 * @param authority the authority's certificate, PEM
 * @param certificate the server's certificate, PEM
 * @param key the server's private key, PEM
 * @param trustStore a PKCS12 store that trusts the authority and nobody else
 */
public record TestCertificates(Path authority, Path certificate, Path key, Path trustStore) {
    /** The password of {@link #trustStore}. */
    public static final String PASSWORD = "changeit";

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String NAMES = "SAN=DNS:localhost,IP:127.0.0.1";

    /** Makes new ones in a folder. */
    public static TestCertificates create(Path folder) {
        try {
            Files.createDirectories(folder);
            Path stores = folder.resolve("keys.p12");
            TestCertificates made = new TestCertificates(
                    folder.resolve("authority.pem"),
                    folder.resolve("server.pem"),
                    folder.resolve("server.key"),
                    folder.resolve("trust.p12"));
            made.generate(stores, folder.resolve("request.csr"));
            made.exportKey(stores);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new ServerException("cannot export the key of the test certificate", e);
        }
    }

    private void generate(Path store, Path request) {
        keytool(store, "-genkeypair", "-alias", "authority", "-dname", "CN=Lovage test authority", "-ext", "bc:c");
        keytool(store, "-exportcert", "-alias", "authority", "-rfc", "-file", authority.toString());
        keytool(store, "-genkeypair", "-alias", "server", "-dname", "CN=localhost");
        keytool(store, "-certreq", "-alias", "server", "-file", request.toString());
        keytool(
                store,
                "-gencert",
                "-alias",
                "authority",
                "-ext",
                NAMES,
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString());
        keytool(trustStore, "-importcert", "-noprompt", "-alias", "authority", "-file", authority.toString());
    }

    private static void keytool(Path store, String action, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                action,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        if (action.equals("-genkeypair")) {
            words.addAll(List.of("-keyalg", "RSA", "-keysize", "2048"));
        }
        if (action.equals("-genkeypair") || action.equals("-gencert")) {
            words.addAll(List.of("-validity", "2"));
        }
        words.addAll(Arrays.asList(arguments));
        Programs.run(words, variable -> true, Map.of(), LIMIT);
    }

    private void exportKey(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        byte[] encoded = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                        + "\n-----END PRIVATE KEY-----\n");
    }
}
