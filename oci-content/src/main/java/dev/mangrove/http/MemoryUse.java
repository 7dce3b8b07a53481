package dev.mangrove.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.function.DoubleSupplier;

/** What this process takes of the machine's memory, as far as the JVM knows. */
public final class MemoryUse {
    private MemoryUse() {}

    /** Sees the gauges. */
    @FunctionalInterface
    public interface Gauges {
        void gauge(String name, String help, DoubleSupplier value);
    }

    /** Shows heap, direct buffers and the buffers of the network. */
    public static void describe(Gauges gauges) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        gauges.gauge("mangrove_heap_bytes", "Heap in use, garbage included.", () -> memory.getHeapMemoryUsage()
                .getUsed());
        gauges.gauge("mangrove_direct_bytes", "Direct buffers of the JVM.", MemoryUse::directBytes);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider network) {
            gauges.gauge(
                    "mangrove_network_buffer_bytes",
                    "Memory held by the buffers of the network.",
                    () -> network.metric().usedDirectMemory());
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
