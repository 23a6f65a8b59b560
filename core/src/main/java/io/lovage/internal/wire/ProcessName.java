package io.lovage.internal.wire;

/** What this process calls itself in messages, results and events. */
public record ProcessName(long pid, String host) {
    /** This process on this machine; the host name is looked up once. */
    public static ProcessName current() {
        return Unbuilt.refuse();
    }

    /** Celery's form for a producer: {@code gen<pid>@<host>}. */
    public String origin() {
        return "gen" + pid + "@" + host;
    }
}
