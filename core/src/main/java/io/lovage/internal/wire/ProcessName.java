package io.lovage.internal.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this process calls itself in messages, results and events. */
public record ProcessName(long pid, String host) {
    /** This process on this machine. Asks the system for the host name: once per connection is enough. */
    public static ProcessName current() {
        return new ProcessName(ProcessHandle.current().pid(), hostName());
    }

    /** Celery's form for a producer: {@code gen<pid>@<host>}. */
    public String origin() {
        return "gen" + pid + "@" + host;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost"; // cosmetic: a machine without a name still sends tasks
        }
    }
}
