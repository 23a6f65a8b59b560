package io.lovage.tck;

/** A class that no payload may make load: it leaves a trace when it is (rule R12.1). */
final class Canary {
    static final String LOADED = "lovage.tck.canary";

    static {
        System.setProperty(LOADED, "loaded");
    }

    private Canary() {}
}
