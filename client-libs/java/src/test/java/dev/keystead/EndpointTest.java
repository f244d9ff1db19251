// Finding the service.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static Endpoint found(String keystead, String parsec) {
        Map<String, String> variables = new HashMap<>();
        variables.put(Endpoint.SERVICE_VARIABLE, keystead);
        variables.put(Endpoint.PARSEC_VARIABLE, parsec);
        return Endpoint.fromEnvironment(variables);
    }

    @Test
    void bothSpellingsOfAPathAreTaken() {
        assertEquals(new Endpoint("/a/b.sock"), Endpoint.parse("unix:/a/b.sock"));
        assertEquals(new Endpoint("/a/b.sock"), Endpoint.parse("unix:///a/b.sock"));
        assertEquals("unix:/a", new Endpoint("/a").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://localhost:1", "/a/b.sock", "unix://host/a", "unix:a.sock", "unix:", "unix:/a\0b"})
    void whatIsNoEndpointIsRefused(String uri) {
        assertThrows(KeysteadException.Usage.class, () -> Endpoint.parse(uri));
    }

    @Test
    void theVariablesAreAskedInOrderAndAnEmptyOneCountsAsUnset() {
        assertEquals(new Endpoint("/k"), found("unix:/k", "unix:/p"));
        assertEquals(new Endpoint("/p"), found("", "unix:/p"));
        assertEquals(Endpoint.DEFAULT, found(null, ""));
        assertEquals(Endpoint.DEFAULT, found(null, null));
        assertThrows(KeysteadException.Usage.class, () -> found("tcp:x", "unix:/p"));
    }

    @Test
    void anIdentityProviderIsNamedOrThereIsNone() {
        assertEquals(Optional.empty(), Endpoint.named(Endpoint.IDENTITY_VARIABLE, Map.of()));
        assertEquals(Optional.empty(), Endpoint.named(Endpoint.IDENTITY_VARIABLE, Map.of(Endpoint.IDENTITY_VARIABLE, "")));
        assertThrows(KeysteadException.Usage.class, () ->
                Endpoint.named(Endpoint.IDENTITY_VARIABLE, Map.of(Endpoint.IDENTITY_VARIABLE, "identity.sock")));
    }

    @Test
    void theKernelSaysAsWhomTheProcessRuns() throws IOException {
        ProcessRights rights = ProcessRights.read();
        // The owner of a file that it makes is its effective uid.
        Path file = Files.createTempFile("keystead-java-", "");
        assertEquals(((Integer) Files.getAttribute(file, "unix:uid")).longValue(), rights.effectiveUid());
        Files.delete(file);
        assertTrue(rights.areTheCallers());
    }

    @Test
    void aProgramWithOtherRightsThanItsCallersIsTold() {
        assertFalse(ProcessRights.parse("Name:\tjava\nUid:\t1000\t0\t0\t0\nGid:\t1\t1\t1\t1\n").areTheCallers());
        assertFalse(ProcessRights.parse("Uid:\t0\t0\t0\t0\nGid:\t1\t2\t1\t1\n").areTheCallers());
        assertEquals(0xFFFF_FFFEL, ProcessRights.parse("Uid:\t1\t4294967294\t1\t1\nGid:\t1\t1\t1\t1\n").effectiveUid());
        assertThrows(KeysteadException.Usage.class, () -> ProcessRights.parse("Name:\tjava\n"));
        assertThrows(KeysteadException.Usage.class, () -> ProcessRights.parse("Uid:\tx\ty\nGid:\t1\t1\n"));
    }
}
