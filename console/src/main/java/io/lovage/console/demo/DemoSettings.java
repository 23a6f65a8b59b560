package io.lovage.console.demo;

import java.nio.file.Path;
import java.util.Optional;

/** What the demo was asked for. {@code workers}: threads in memory, processes with a broker. */
record DemoSettings(
        Optional<Path> file,
        Optional<String> broker,
        Optional<String> results,
        boolean killOne,
        int workers,
        int chunkRows) {}
