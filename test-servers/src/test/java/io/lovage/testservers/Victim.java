package io.lovage.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Runs in a child JVM: says that it is ready, answers every line it reads, can start a server. */
final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws IOException {
        print("ready " + String.join(" ", arguments) + " " + System.getenv("VICTIM_COLOUR"));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "fail" -> System.err.println("told to fail");
                case "exit" -> System.exit(3);
                case "redis" -> print("started " + RedisServer.start().port());
                case "sentinels" ->
                    print("started " + ports(RedisSentinels.start().addresses()));
                case "cluster" -> print("started " + ports(RedisCluster.start().addresses()));
                default -> print("heard " + line);
            }
        }
    }

    private static String ports(List<String> addresses) {
        return addresses.stream()
                .map(address -> address.substring(address.indexOf(':') + 1))
                .collect(Collectors.joining(" "));
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
