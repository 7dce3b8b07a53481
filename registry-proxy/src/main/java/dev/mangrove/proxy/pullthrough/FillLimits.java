package dev.mangrove.proxy.pullthrough;

/**
 * How much is fetched at once.
 *
 * @param maxRunning fills that fetch
 * @param maxWaiting fills that wait for one of those to end; more are refused
 */
public record FillLimits(int maxRunning, int maxWaiting) {
    /** A region's: many sites wait. */
    public static final FillLimits REGION = new FillLimits(16, 1_000);

    /** A node's: its memory is small and its link thin. */
    public static final FillLimits NODE = new FillLimits(6, 500);

    public FillLimits {
        if (maxRunning < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "limits of fills: " + maxRunning + " running, " + maxWaiting + " waiting");
        }
    }
}
