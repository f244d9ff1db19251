// What an administrator may ask.
package dev.keystead;

import dev.keystead.wire.AdminMessages;
import java.time.Duration;
import java.util.List;

/** What an administrator may ask; others are refused as {@link Status#ADMIN_OPERATION}. */
abstract class AdminCalls extends AttestationCalls {
    AdminCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /** The names of the clients of the administrator's own authentication type that own keys. */
    public List<String> listClients() {
        var request = AdminMessages.ListClients.getDefaultInstance();
        return call(Opcode.LIST_CLIENTS, request, AdminMessages.ListClientsResult.parser(), result ->
                List.copyOf(result.getClientsList()));
    }

    /**
     * Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no error. If the
     * answer is lost, the request is not sent again by itself: the client may have made new keys since.
     */
    public void deleteClient(String client) {
        var request = AdminMessages.DeleteClient.newBuilder().setClient(Names.checked(client)).build();
        call(Opcode.DELETE_CLIENT, request, AdminMessages.DeleteClientResult.parser(), Calls::nothing);
    }

    /** How the service is doing. Parsec does not have this operation. */
    public ServiceHealth health() {
        var request = AdminMessages.Health.getDefaultInstance();
        return call(Opcode.HEALTH, request, AdminMessages.HealthResult.parser(), AdminCalls::health);
    }

    private static ServiceHealth health(AdminMessages.HealthResult result) {
        return new ServiceHealth(
                result.getVersion(),
                Duration.ofSeconds(Math.max(result.getUptimeSeconds(), 0)),
                result.getRequests(),
                result.getPanics(),
                result.getConnections(),
                result.getKeys(),
                result.getProvidersList().stream()
                        .map(provider -> new ServiceHealth.Provider(
                                provider.getProviderId(),
                                provider.getName(),
                                provider.getAvailable(),
                                provider.getReason()))
                        .toList(),
                result.getDamagedRecordsCount(),
                result.getQuarantinedList().stream().map(AdminMessages.Quarantined::getClient).toList());
    }
}
