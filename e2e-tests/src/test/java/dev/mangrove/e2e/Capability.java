package dev.mangrove.e2e;

/** A column of the table of clients. */
enum Capability {
    PUSH("push"),
    PULL_BY_TAG("pull by tag"),
    PULL_BY_DIGEST("pull by digest"),
    INDEX("index"),
    ZSTD_LAYERS("zstd layers"),
    REFERRERS("referrers"),
    RANGE("range (resume)"),
    DELETE("delete");

    private final String title;

    Capability(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
