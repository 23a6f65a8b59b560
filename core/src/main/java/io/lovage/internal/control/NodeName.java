package io.lovage.internal.control;

import java.util.regex.Pattern;

/** The name by which operators know a worker: {@code <name>@<host>}, as in Celery. */
public record NodeName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*@[A-Za-z0-9._:-]+");
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9._:-]");
    private static final int LONGEST = 120;
    /** What is allowed, for errors. */
    public static final String ALLOWED = "name or name@host, at most " + LONGEST + " letters, digits and . _ : -";

    /** Whether a name may be a node's: it becomes part of keys and queues (rule R12.4). */
    public static boolean isAllowed(String name) {
        String whole = name.contains("@") ? name : name + "@host";
        return whole.length() <= LONGEST && FORM.matcher(whole).matches();
    }

    /** The name as given, on this host unless it names one itself. */
    public static NodeName of(String name, String host) {
        String machine = FOREIGN.matcher(host).replaceAll("-");
        return new NodeName(name.contains("@") ? name : name + "@" + (machine.isEmpty() ? "localhost" : machine));
    }

    @Override
    public String toString() {
        return value;
    }
}
