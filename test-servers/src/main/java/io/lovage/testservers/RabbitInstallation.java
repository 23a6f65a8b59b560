package io.lovage.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where RabbitMQ's own scripts are. Not the wrapper that distributions put on the PATH: it changes to another user and
 * another folder.
 *
 * @param scripts the folder {@code sbin} of the server
 * @param epmd Erlang's name service, run by us so that none is left behind
 */
record RabbitInstallation(Path scripts, Path epmd) {
    private static final String SERVER = "rabbitmq-server";

    /** Looks at {@code RABBITMQ_HOME}, then behind the program on the PATH, then where packages put it. */
    static Optional<RabbitInstallation> find() {
        return Stream.of(
                        Optional.ofNullable(System.getenv("RABBITMQ_HOME")).map(Path::of),
                        Programs.find(SERVER).flatMap(RabbitInstallation::behind),
                        newestBelow(Path.of("/usr/lib/rabbitmq/lib")),
                        newestBelow(Path.of("/opt/rabbitmq")))
                .flatMap(Optional::stream)
                .map(home -> home.resolve("sbin"))
                .filter(RabbitInstallation::holdsScripts)
                .findFirst()
                .flatMap(sbin -> Programs.find("epmd").map(epmd -> new RabbitInstallation(sbin, epmd)));
    }

    private static boolean holdsScripts(Path sbin) {
        return Stream.of(SERVER, "rabbitmqctl", "rabbitmq-env").allMatch(name -> Files.isReadable(sbin.resolve(name)));
    }

    private static Optional<Path> behind(Path onPath) {
        try {
            Path folder = onPath.toRealPath().getParent();
            if (folder == null || folder.getParent() == null) {
                return Optional.empty();
            }
            if (holdsScripts(folder)) {
                return Optional.of(folder.getParent());
            }
            return newestBelow(folder.getParent().resolve("lib"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> newestBelow(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            List<Path> homes = inside.filter(home -> holdsScripts(home.resolve("sbin")))
                    .sorted(Comparator.naturalOrder())
                    .toList();
            return homes.isEmpty() ? Optional.empty() : Optional.of(homes.get(homes.size() - 1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
