// What the service says of itself, and of the caller's keys.
package dev.keystead;

import dev.keystead.wire.CoreMessages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Questions to the service itself. */
abstract class CoreCalls extends Calls {
    CoreCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /** Asks whether anybody is there; the answer is the version of the protocol, as in "1.0". */
    public String ping() {
        var request = CoreMessages.Ping.getDefaultInstance();
        return call(Opcode.PING, request, CoreMessages.PingResult.parser(), result ->
                Integer.toUnsignedString(result.getWireProtocolVersionMaj())
                        + "." + Integer.toUnsignedString(result.getWireProtocolVersionMin()));
    }

    /** The providers in the order in which they are configured, the service itself last. The first is the default. */
    public List<ProviderInfo> listProviders() {
        return providers(deadline());
    }

    /** The numbers of the operations that a provider has; see {@link Opcode}. There may be some that this library lacks. */
    public List<Integer> listOpcodes(int provider) {
        var request = CoreMessages.ListOpcodes.newBuilder().setProviderId(provider).build();
        return call(Opcode.LIST_OPCODES, request, CoreMessages.ListOpcodesResult.parser(), result ->
                List.copyOf(result.getOpcodesList()));
    }

    /** The authenticators in the order in which they are configured. */
    public List<AuthenticatorInfo> listAuthenticators() {
        var request = CoreMessages.ListAuthenticators.getDefaultInstance();
        return call(Opcode.LIST_AUTHENTICATORS, request, CoreMessages.ListAuthenticatorsResult.parser(), result ->
                result.getAuthenticatorsList().stream()
                        .map(info -> new AuthenticatorInfo(info.getId(), info.getDescription()))
                        .toList());
    }

    /** The caller's keys on all providers. */
    public List<KeyInfo> listKeys() {
        return keys(deadline());
    }

    /**
     * The attributes of the caller's key of this name on this client's provider. Refused as
     * {@link Status#PSA_ERROR_DOES_NOT_EXIST} if there is none.
     */
    public KeyAttributes attributes(String name) {
        return find(Names.checked(name), deadline()).orElseThrow(() -> KeysteadException.Refused.noSuchKey(name));
    }

    /** Whether this client's provider could do that with a key of these attributes; 0 bits stand for any size. */
    public boolean canDo(Check check, KeyAttributes attributes) {
        var request = CoreMessages.CanDoCrypto.newBuilder()
                .setCheckTypeValue(check.number())
                .setAttributes(AttributesCodec.encode(attributes))
                .build();
        return unless(Status.PSA_ERROR_NOT_SUPPORTED, () ->
                call(Opcode.CAN_DO_CRYPTO, request, CoreMessages.CanDoCryptoResult.parser(), Calls::nothing));
    }

    final List<ProviderInfo> providers(Deadline deadline) {
        var request = CoreMessages.ListProviders.getDefaultInstance();
        return call(Opcode.LIST_PROVIDERS, request, CoreMessages.ListProvidersResult.parser(), result ->
                result.getProvidersList().stream().map(CoreCalls::info).toList(), deadline);
    }

    private static ProviderInfo info(CoreMessages.ProviderInfo info) {
        String version = info.getVersionMaj() + "." + info.getVersionMin() + "." + info.getVersionRev();
        return new ProviderInfo(info.getId(), info.getUuid(), info.getDescription(), info.getVendor(), version);
    }

    private List<KeyInfo> keys(Deadline deadline) {
        var request = CoreMessages.ListKeys.getDefaultInstance();
        return call(Opcode.LIST_KEYS, request, CoreMessages.ListKeysResult.parser(), result ->
                result.getKeysList().stream()
                        .map(key -> new KeyInfo(
                                key.getProviderId(), key.getName(), AttributesCodec.decode(key.getAttributes())))
                        .toList(), deadline);
    }

    final Optional<KeyAttributes> find(String name, Deadline deadline) {
        int provider = providerBy(deadline);
        return keys(deadline).stream()
                .filter(key -> key.provider() == provider && key.name().equals(name))
                .map(KeyInfo::attributes)
                .findFirst();
    }

    /** Runs a question that is answered "no" by this refusal. */
    static boolean unless(Status no, Runnable question) {
        try {
            question.run();
            return true;
        } catch (KeysteadException.Refused refused) {
            if (refused.status() == no) {
                return false;
            }
            throw refused;
        }
    }
}
