package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.FreePort;
import dev.mangrove.e2e.MangroveProcess;
import dev.mangrove.e2e.ProcessUnderTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts the servers that are compared, each with a folder of its own below one folder. */
final class Contenders {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;

    Contenders(Path folder) {
        this.folder = folder;
    }

    Contender catalog() throws IOException {
        return of("Mangrove", MangroveProcess.start("catalog", made("catalog"), "log:", "  level: warn"));
    }

    /** A region in front of a registry on that port. */
    Contender region(int upstream) throws IOException {
        return of(
                "Mangrove",
                MangroveProcess.start(
                        "region",
                        made("region"),
                        "parents:",
                        "  - url: http://127.0.0.1:" + upstream,
                        "log:",
                        "  level: warn"));
    }

    private static Contender of(String name, MangroveProcess process) {
        return new Contender(name, process.port(), process.pid(), Contender.registryPaths(), process::close);
    }

    Contender dockerRegistry() throws IOException {
        return dockerRegistry("docker-registry", "");
    }

    /** Debian's registry as a pull-through cache of a registry on that port. */
    Contender dockerRegistryProxy(int upstream) throws IOException {
        return dockerRegistry("docker-registry-proxy", "proxy: {remoteurl: \"http://127.0.0.1:" + upstream + "\"}\n");
    }

    private Contender dockerRegistry(String name, String more) throws IOException {
        int port = FreePort.next();
        Path here = made(name);
        Path config = Files.writeString(here.resolve("config.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", secret: bench}
                %s""".formatted(here.resolve("data"), port, more));
        return started(
                "docker-registry",
                here,
                port,
                Contender.registryPaths(),
                List.of("docker-registry", "serve", config.toString()));
    }

    /** Hardly a cache: see {@link LeastCache}. */
    Contender leastCache(int upstream) throws IOException {
        int port = FreePort.next();
        Path here = made("least");
        return started(
                "least",
                here,
                port,
                Contender.registryPaths(),
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        absoluteClassPath(),
                        LeastCache.class.getName(),
                        Integer.toString(port),
                        Integer.toString(upstream),
                        here.toString()));
    }

    private static String absoluteClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Serves plain files by sendfile, and takes them by WebDAV. */
    Contender nginx() throws IOException {
        int port = FreePort.next();
        Path here = made("nginx");
        made("nginx/data");
        Path config = Files.writeString(here.resolve("nginx.conf"), """
                user root; daemon off; worker_processes auto; pid %1$s/pid; error_log stderr error;
                events { worker_connections 1024; }
                http {
                  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; server_tokens off;
                  client_max_body_size 0; open_file_cache max=1000; default_type application/octet-stream;
                  client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                  server { listen 127.0.0.1:%2$d; root %1$s/data; }
                }
                """.formatted(here, port));
        return started(
                "nginx",
                here,
                port,
                digest -> "/" + digest.substring(digest.indexOf(':') + 1),
                List.of("nginx", "-p", here.toString(), "-c", config.toString()));
    }

    private static Contender started(String name, Path here, int port, Contender.PathOf pathOf, List<String> command) {
        ProcessUnderTest process = ProcessUnderTest.start(name, here, Map.of(), command);
        process.awaitPort(port, START_LIMIT);
        return new Contender(name, port, process.pid(), pathOf, process::close);
    }

    /** The folder that nginx serves. */
    Path nginxData() {
        return folder.resolve("nginx/data");
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }
}
