package io.lovage.testservers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a private Redis is set up. Immutable; the methods give changed copies. What can be changed while the server runs
 * is changed with {@code CONFIG SET} too, see {@link RedisServer#command}.
 *
 * @param config directives of {@code redis.conf}; a value is written as it is, quotes included
 * @param users users, each a name and its rules as {@code ACL SETUSER} takes them
 * @param tls whether there is a TLS listener too, with a certificate of {@link TestCertificates}
 */
public record RedisOptions(Map<String, String> config, List<String> users, boolean tls) {
    private static final RedisOptions DEFAULTS = new RedisOptions(Map.of(), List.of(), false)
            .config("protected-mode", "no")
            .config("save", "\"\"")
            .config("appendonly", "yes")
            .config("appendfsync", "everysec");

    public RedisOptions {
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        users = List.copyOf(users);
    }

    /** A server that writes everything down once a second and keeps it over a kill. */
    public static RedisOptions ofDefaults() {
        return DEFAULTS;
    }

    /** With a directive of {@code redis.conf}. One the server does not know keeps it from starting. */
    public RedisOptions config(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(config);
        changed.put(key, value);
        return new RedisOptions(changed, users, tls);
    }

    /** A server that forgets everything when it ends, killed or not. */
    public RedisOptions withoutPersistence() {
        return config("appendonly", "no");
    }

    /** With a limit to its memory and what it does when it is reached, for instance {@code allkeys-lru}. */
    public RedisOptions maxMemory(long bytes, String policy) {
        return config("maxmemory", Long.toString(bytes)).config("maxmemory-policy", policy);
    }

    /** With a password that clients without a user name give. No quotes, no blanks. */
    public RedisOptions password(String password) {
        return config("requirepass", password);
    }

    /**
     * With a user, for instance {@code "app on >secret ~jobs* +@all"}; {@code "default off"} shuts clients without a
     * name out. Beside the named users there is then one for {@link RedisServer#command}.
     */
    public RedisOptions user(String nameAndRules) {
        List<String> more = new ArrayList<>(users);
        more.add(nameAndRules);
        return new RedisOptions(config, more, tls);
    }

    /** With a TLS listener beside the plain one. */
    public RedisOptions withTls() {
        return new RedisOptions(config, users, true);
    }

    /**
     * For servers that copy from each other: they know the password, and a copy begins at once. By default it begins
     * after five seconds, and until then a replica cannot take over.
     */
    RedisOptions replicated() {
        RedisOptions prompt = config("repl-diskless-sync-delay", "0");
        String password = config.get("requirepass");
        return password == null ? prompt : prompt.config("masterauth", password);
    }
}
