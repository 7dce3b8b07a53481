package dev.mangrove.catalog.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.oci.Location;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UploadTicketsTest {
    private static final Location HERE = Location.parse("acme/detector");
    private final UploadTickets tickets = new UploadTickets(new byte[] {1, 2, 3});

    @Test
    void aTicketIsGoodInItsRepositoryUnderItsKeyOnly() {
        String ticket = tickets.issue(HERE, "abc");
        assertEquals(Optional.of("abc"), tickets.session(HERE, ticket));
        assertEquals(Optional.empty(), tickets.session(Location.parse("acme/other"), ticket));
        assertEquals(Optional.empty(), new UploadTickets(new byte[] {4}).session(HERE, ticket));
    }

    @Property
    void noOtherTextIsATicket(@ForAll String text) {
        assertEquals(Optional.empty(), tickets.session(HERE, text));
    }
}
