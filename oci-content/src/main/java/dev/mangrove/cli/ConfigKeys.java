package dev.mangrove.cli;

import static dev.mangrove.cli.ValueKind.ADDRESS;
import static dev.mangrove.cli.ValueKind.AMOUNT;
import static dev.mangrove.cli.ValueKind.DURATION;
import static dev.mangrove.cli.ValueKind.PATH;
import static dev.mangrove.cli.ValueKind.RATE;
import static dev.mangrove.cli.ValueKind.SWITCH;
import static dev.mangrove.cli.ValueKind.TEXT;
import static dev.mangrove.cli.ValueKind.URL;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting that Mangrove knows. A key that is not here is an error, so a typing mistake never passes for a default.
 * The table in {@code docs/operations.md} is checked against this list.
 */
public final class ConfigKeys {
    private static final String VARIABLE_PREFIX = "MANGROVE_";

    private static final List<ConfigKey> ALL = List.of(
            key(
                    "role",
                    ValueKind.oneOf("catalog", "region", "agent"),
                    "",
                    "What this process is; must agree with the command"),
            key("site", TEXT, "", "Name of the site this process belongs to"),
            key("node", TEXT, "", "Name of this node inside the site; names it in `Via` headers and logs"),
            key(
                    "listen.registry",
                    ADDRESS,
                    "127.0.0.1:7979",
                    "Where clients reach the registry and the routes beside it"),
            key("listen.peer", ADDRESS, "", "Where the peers of the site reach this node"),
            key(
                    "tls.enabled",
                    SWITCH,
                    "",
                    "TLS on `listen.registry`; usual: on at a catalog, elsewhere where `tls.certificate` is set"),
            key(
                    "tls.certificate",
                    PATH,
                    "",
                    "Certificate chain (PEM) for `listen.registry` instead of one by the catalog's own CA"),
            key("tls.key", PATH, "", "Private key (PEM, PKCS#8) of `tls.certificate`"),
            key(
                    "tls.names.N",
                    TEXT,
                    "",
                    "Host names of the catalog: in its certificate, and what `?ns=` may call it at any role"),
            key(
                    "access.anonymous-pull",
                    SWITCH,
                    "",
                    "Whether a catalog needs no login for pulls; so it is if not set. A region with a login of its own serves other machines only"
                            + " where this is set to `true`"),
            key("access.users", PATH, "", "Catalog: htpasswd file (bcrypt) with the users who may log in"),
            key("access.rules.N.user", TEXT, "", "Catalog: whom the rule is for; `*` for everyone who logged in"),
            key(
                    "access.rules.N.namespace",
                    TEXT,
                    "",
                    "Catalog: first component of the repositories it is about; `*` for all"),
            key("access.rules.N.allow", TEXT, "", "Catalog: what it allows: `pull`, `push`, `delete`, comma-separated"),
            key("parents.N.url", URL, "", "Where a region or agent gets what it lacks; tried in order"),
            key(
                    "parents.N.role",
                    ValueKind.oneOf("region", "catalog"),
                    "",
                    "What that parent is; usual: a region for an agent, a catalog for a region"),
            key("parents.N.ca-file", PATH, "", "Extra CA certificates (PEM) to trust for that parent"),
            key("parents.N.username", TEXT, "", "User to log in as at that parent"),
            key("parents.N.password-file", PATH, "", "File whose first line is the password"),
            key(
                    "upstreams.N.registry",
                    TEXT,
                    "",
                    "Host of a foreign registry as it stands in names, for example `docker.io`"),
            key("upstreams.N.url", URL, "", "Where that registry is really reached, for example a mirror"),
            key("upstreams.N.prefix", TEXT, "", "Repositories the entry is for; longest prefix wins; none: all"),
            key("upstreams.N.ca-file", PATH, "", "Extra CA certificates (PEM) to trust for that upstream"),
            key("upstreams.N.username", TEXT, "", "User to log in as; sent to that upstream's origin only"),
            key("upstreams.N.password-file", PATH, "", "File whose first line is the password"),
            key("store.path", PATH, "/var/lib/mangrove", "Folder of the store; one process owns it"),
            key("store.quota", AMOUNT, "", "Most the cached blobs may take; the least recently used go first"),
            key("store.reserve", AMOUNT, "5%", "Free space that is never used, of the file system or as a size"),
            key("freshness.window", DURATION, "5m", "How long a tag that was looked up is used without asking again"),
            key(
                    "freshness.policy",
                    ValueKind.oneOf("fresh", "stale-ok", "pinned"),
                    "stale-ok",
                    "When the parent is away: fail, serve the last known, or never ask"),
            key("wan.rate", RATE, "", "Most to take from the wide-area link"),
            key("wan.budget", AMOUNT, "", "Most bytes a month over the wide-area link"),
            key("wan.metered", SWITCH, "", "Whether the link costs by the byte: background work then waits"),
            key("wan.windows.N", TEXT, "", "When background work may use the link, for example `22:00-05:00`"),
            key("lan.rate", RATE, "", "Most to give to the peers of the site"),
            key(
                    "peers.discovery",
                    ValueKind.oneOf("mdns", "list", "off"),
                    "",
                    "How the nodes of a site find each other"),
            key("peers.members.N", ADDRESS, "", "The nodes of the site where `peers.discovery` is `list`"),
            key("peers.grace", DURATION, "", "How long a silent node counts as present"),
            key(
                    "delta.full-fallback",
                    ValueKind.oneOf("allow", "deny"),
                    "allow",
                    "Whether a delta that fails may become a full download"),
            key("delta.budget", AMOUNT, "5%", "Catalog: most that the deltas of one repository may take"),
            key("trust.root", PATH, "", "Root of trust for signatures"),
            key("trust.policy", PATH, "", "Who may sign what"),
            key("memory.budget", AMOUNT, "", "Memory for buffers of transfers"),
            key(
                    "log.level",
                    ValueKind.oneOf("debug", "info", "warn", "error"),
                    "info",
                    "Least important messages that are logged"));

    /** Beginnings of keys whose names are settled and which nothing reads yet. */
    private static final List<String> LATER = List.of("listen.peer", "wan.", "lan.", "peers.", "trust.", "memory.");

    private ConfigKeys() {}

    /** Whether a known setting does nothing in this version. */
    public static boolean isForLater(String key) {
        return LATER.stream().anyMatch(key::startsWith);
    }

    private static ConfigKey key(String name, ValueKind kind, String usual, String about) {
        return new ConfigKey(name, kind, usual, about);
    }

    /** All of them, in the order of the reference. */
    public static List<ConfigKey> all() {
        return ALL;
    }

    /** The known setting that a key, with numbers in place of {@code N}, is. */
    static Optional<ConfigKey> find(String key) {
        return ALL.stream().filter(known -> known.matches(key)).findFirst();
    }

    /** Whether a known setting is this key or lies under it. */
    static boolean begins(String key) {
        String pattern = key.replaceAll("\\.[0-9]{1,3}(?=\\.|$)", ".N");
        return ALL.stream().anyMatch(known -> (known.name() + ".").startsWith(pattern + "."));
    }

    /** The environment variable of a key: {@code wan.rate} is {@code MANGROVE_WAN_RATE}. */
    public static String variable(String key) {
        return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The key that an environment variable sets, if it is one of ours; {@code MANGROVE_PARENTS_0_URL}. */
    static Optional<String> ofVariable(String variable) {
        if (!variable.startsWith(VARIABLE_PREFIX)) {
            return Optional.empty();
        }
        for (ConfigKey known : ALL) {
            String pattern = variable(known.name().replace("N", "([0-9]{1,3})"));
            var matcher = java.util.regex.Pattern.compile(pattern).matcher(variable);
            if (matcher.matches()) {
                return Optional.of(
                        matcher.groupCount() == 0 ? known.name() : known.name().replace("N", matcher.group(1)));
            }
        }
        return Optional.empty();
    }

    /** The known key nearest to a mistyped one, close enough to be meant. */
    static Optional<String> nearest(String key) {
        return Nearest.to(
                key, ALL.stream().map(known -> known.name().replace("N", "0")).toList());
    }
}
