package dev.mangrove.content;

/** On whose behalf content is read or written. */
public sealed interface Caller {
    /** Nobody logged in. */
    record Anonymous() implements Caller {}

    /** A user or robot that proved its name to this process. */
    record User(String name) implements Caller {}

    /** The node itself: everyone on the loopback of an agent, and the agent's own jobs. */
    record Node() implements Caller {}

    /** The caller of a request without credentials. */
    Caller ANONYMOUS = new Anonymous();

    /** The caller of an agent's loopback. */
    Caller NODE = new Node();
}
