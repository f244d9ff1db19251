// The real service, for one test class.
package dev.keystead;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A service of its own in a folder of its own: software provider, peer credentials, its own user as administrator. */
public final class TestService implements AutoCloseable {
    private final Path folder;
    private final Process process;

    private TestService(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts the program that KEYSTEAD_SERVICE_BINARY names, and waits until it says that it serves. */
    public static TestService start() throws IOException {
        String binary = System.getenv("KEYSTEAD_SERVICE_BINARY");
        if (binary == null || binary.isEmpty()) {
            throw new IllegalStateException("KEYSTEAD_SERVICE_BINARY must name the service's program: see test.sh");
        }
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "keystead-java-");
        Path config = folder.resolve("config.toml");
        Files.writeString(config, """
                [service]
                socket_path = "%1$s/service.sock"
                state_directory = "%1$s/state"
                [[authenticator]]
                kind = "unix-peer-credentials"
                admins = ["self"]
                [[provider]]
                kind = "software"
                """.formatted(folder));
        Process process = new ProcessBuilder(binary, "--config", config.toString())
                .redirectErrorStream(true)
                .start();
        TestService service = new TestService(folder, process);
        service.awaitServing();
        return service;
    }

    private void awaitServing() throws IOException {
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.append(line).append('\n');
            if (line.contains("serves on unix:")) {
                Thread rest = new Thread(() -> log.lines().forEach(ignored -> {}), "the service's log");
                rest.setDaemon(true);
                rest.start();
                return;
            }
        }
        close();
        throw new IllegalStateException("the service did not start:\n" + seen);
    }

    public Endpoint endpoint() {
        return new Endpoint(folder.resolve("service.sock").toString());
    }

    public KeysteadClient client() {
        return KeysteadClient.at(endpoint(), Credential.PEER_CREDENTIALS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
