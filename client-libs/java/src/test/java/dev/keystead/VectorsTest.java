// The golden bytes of interface/vectors, as far as they concern a client.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.keystead.wire.AdminMessages;
import dev.keystead.wire.CoreMessages;
import dev.keystead.wire.IdentityMessages;
import dev.keystead.wire.KeysMessages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private static final Path VECTORS = Path.of("../../interface/vectors");

    private static byte[] vector(String name) throws IOException {
        String digits = Files.readAllLines(VECTORS.resolve(name + ".hex")).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining())
                .replaceAll("\\s", "");
        return HexFormat.of().parseHex(digits);
    }

    private static Header headerOf(byte[] message) {
        return Header.decode(ByteBuffer.wrap(message, 0, Header.BYTES));
    }

    private static byte[] bodyOf(byte[] message) {
        return Arrays.copyOfRange(message, Header.BYTES, Header.BYTES + (int) headerOf(message).bodyLength());
    }

    private static AnswerFrame answer(String name) throws IOException {
        byte[] message = vector(name);
        return new AnswerFrame(headerOf(message), bodyOf(message));
    }

    private static <M extends MessageLite> M decoded(String name, Opcode opcode, Parser<M> parser) throws IOException {
        return answer(name).decode(opcode, parser);
    }

    private static void assertBody(String name, MessageLite message) throws IOException {
        assertArrayEquals(bodyOf(vector(name)), message.toByteArray(), name);
    }

    @Test
    void everyHeaderIsWrittenAgainBitForBit() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(VECTORS)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".hex"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .toList();
        }
        assertTrue(names.size() >= 40);
        for (String name : names) {
            byte[] message = vector(name);
            Header header = headerOf(message);
            ByteBuffer out = ByteBuffer.allocate(Header.BYTES);
            header.encode(out);
            assertArrayEquals(Arrays.copyOf(message, Header.BYTES), out.array(), name);
            assertEquals(message.length, Header.BYTES + header.bodyLength() + header.authLength(), name);
        }
    }

    @Test
    void thisLibrarysPingIsV8ButForItsSession() throws IOException {
        var frame = new RequestFrame(
                Opcode.PING, 0, CoreMessages.Ping.getDefaultInstance(), Credential.NONE, Deadline.after(Duration.ofSeconds(9)));
        ByteBuffer out = ByteBuffer.allocate(Header.BYTES);
        frame.header(0x1122334455667788L).encode(out);
        assertArrayEquals(vector("V8"), out.array());
    }

    @Test
    void answersMeanWhatTheContractSays() throws IOException {
        var ping = decoded("V1r", Opcode.PING, CoreMessages.PingResult.parser());
        assertEquals(1, ping.getWireProtocolVersionMaj());
        assertEquals(0, ping.getWireProtocolVersionMin());
        assertFalse(answer("V1r").keepsConnection());
        assertTrue(answer("V8r").keepsConnection());
        assertFalse(answer("V8p").keepsConnection());
        var opcodes = decoded("V2r", Opcode.LIST_OPCODES, CoreMessages.ListOpcodesResult.parser());
        assertEquals(List.of(1, 3, 2, 6), opcodes.getOpcodesList());
        var clients = decoded("V4r", Opcode.LIST_CLIENTS, AdminMessages.ListClientsResult.parser());
        assertEquals(List.of("jim", "bob"), clients.getClientsList());
        decoded("V5r", Opcode.PSA_GENERATE_KEY, KeysMessages.PsaGenerateKeyResult.parser());
        var token = decoded("V19r", Opcode.GET_TOKEN, IdentityMessages.GetTokenResult.parser());
        assertEquals("a.b.c", token.getToken());
        assertEquals(2_000_000_000L, token.getExpiresAt());
    }

    @Test
    void refusalsAreNamedAndNumbered() throws IOException {
        var refused = assertThrows(KeysteadException.Refused.class, () ->
                decoded("V3e", Opcode.DELETE_CLIENT, AdminMessages.DeleteClientResult.parser()));
        assertEquals(Status.ADMIN_OPERATION, refused.status());
        assertEquals("DeleteClient was refused: AdminOperation (21)", refused.getMessage());
        var taken = assertThrows(KeysteadException.Refused.class, () ->
                decoded("V5e", Opcode.PSA_GENERATE_KEY, KeysMessages.PsaGenerateKeyResult.parser()));
        assertEquals(1139, taken.statusNumber());
        // The default header of a request that could not be read: the status is looked at before the operation.
        var unread = assertThrows(KeysteadException.Refused.class, () ->
                decoded("V9e", Opcode.LIST_KEYS, CoreMessages.ListKeysResult.parser()));
        assertEquals(Status.INVALID_HEADER, unread.status());
    }

    @Test
    void requestsAreEncodedBitForBit() throws IOException {
        assertBody("V2", CoreMessages.ListOpcodes.newBuilder().setProviderId(1).build());
        assertBody("V3", AdminMessages.DeleteClient.newBuilder().setClient("existing client").build());
        assertBody("V19", IdentityMessages.GetToken.newBuilder().setIdentity("spiffe://td/web").build());
    }

    @Test
    void theKeyOfV5IsShownAsInV6r() throws IOException {
        var request = KeysMessages.PsaGenerateKey.parseFrom(bodyOf(vector("V5")));
        assertEquals("k1", request.getKeyName());
        assertEquals(Presets.ecdsaP256(), AttributesCodec.decode(request.getAttributes()));
        // The flags for messages are added here as the service adds them.
        var list = CoreMessages.ListKeysResult.newBuilder()
                .addKeys(CoreMessages.KeyInfo.newBuilder()
                        .setProviderId(1)
                        .setName("k1")
                        .setAttributes(AttributesCodec.encode(Presets.ecdsaP256())))
                .build();
        assertBody("V6r", list);
    }
}
