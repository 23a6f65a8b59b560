package io.lovage.console;

/** What the process tells whoever started it. Documented in the help and in {@code docs/command-line.md}. */
public final class ExitCode {
    public static final int OK = 0;
    /** The task failed or was revoked, or the demo did not get through. */
    public static final int FAILED = 1;
    /** Options, URLs, names or files that cannot work: somebody must change something here. */
    public static final int USAGE = 2;
    /** The broker or the result backend cannot be reached, or refuses. */
    public static final int UNAVAILABLE = 3;
    /** There was no result in time; the task goes on. */
    public static final int NO_RESULT = 4;
    /** The worker had to interrupt tasks at the end of its grace; they were given back. */
    public static final int STOPPED_BY_INTERRUPT = 5;
    /** The worker left tasks that did not end even when interrupted; they were given back. */
    public static final int STOPPED_WITH_TASKS_LEFT = 6;
    /** A defect of Lovage. */
    public static final int DEFECT = 70;
    /** Ended by Ctrl-C, as shells have it. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
