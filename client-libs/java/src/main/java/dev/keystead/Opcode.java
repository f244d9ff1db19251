// The table of operations: number, whom each addresses, who may ask, and whether it may be repeated.
package dev.keystead;

/** An operation of the service (wire contract 2.3 and 6.3). */
public enum Opcode {
    /** Operation 0x0001 of the contract. */
    PING(0x0001, "Ping", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0002 of the contract. */
    PSA_GENERATE_KEY(0x0002, "PsaGenerateKey", Target.PROVIDER, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0003 of the contract. */
    PSA_DESTROY_KEY(0x0003, "PsaDestroyKey", Target.PROVIDER, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0004 of the contract. */
    PSA_SIGN_HASH(0x0004, "PsaSignHash", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0005 of the contract. */
    PSA_VERIFY_HASH(0x0005, "PsaVerifyHash", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0006 of the contract. */
    PSA_IMPORT_KEY(0x0006, "PsaImportKey", Target.PROVIDER, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0007 of the contract. */
    PSA_EXPORT_PUBLIC_KEY(0x0007, "PsaExportPublicKey", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0008 of the contract. */
    LIST_PROVIDERS(0x0008, "ListProviders", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0009 of the contract. */
    LIST_OPCODES(0x0009, "ListOpcodes", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x000A of the contract. */
    PSA_ASYMMETRIC_ENCRYPT(0x000A, "PsaAsymmetricEncrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x000B of the contract. */
    PSA_ASYMMETRIC_DECRYPT(0x000B, "PsaAsymmetricDecrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x000C of the contract. */
    PSA_EXPORT_KEY(0x000C, "PsaExportKey", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x000D of the contract. */
    PSA_GENERATE_RANDOM(0x000D, "PsaGenerateRandom", Target.PROVIDER, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x000E of the contract. */
    LIST_AUTHENTICATORS(0x000E, "ListAuthenticators", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x000F of the contract. */
    PSA_HASH_COMPUTE(0x000F, "PsaHashCompute", Target.PROVIDER, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0010 of the contract. */
    PSA_HASH_COMPARE(0x0010, "PsaHashCompare", Target.PROVIDER, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0011 of the contract. */
    PSA_AEAD_ENCRYPT(0x0011, "PsaAeadEncrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0012 of the contract. */
    PSA_AEAD_DECRYPT(0x0012, "PsaAeadDecrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0013 of the contract. */
    PSA_RAW_KEY_AGREEMENT(0x0013, "PsaRawKeyAgreement", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0014 of the contract. */
    PSA_CIPHER_ENCRYPT(0x0014, "PsaCipherEncrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0015 of the contract. */
    PSA_CIPHER_DECRYPT(0x0015, "PsaCipherDecrypt", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0016 of the contract. */
    PSA_MAC_COMPUTE(0x0016, "PsaMacCompute", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0017 of the contract. */
    PSA_MAC_VERIFY(0x0017, "PsaMacVerify", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0018 of the contract. */
    PSA_SIGN_MESSAGE(0x0018, "PsaSignMessage", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0019 of the contract. */
    PSA_VERIFY_MESSAGE(0x0019, "PsaVerifyMessage", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x001A of the contract. */
    LIST_KEYS(0x001A, "ListKeys", Target.SERVICE, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x001B of the contract. */
    LIST_CLIENTS(0x001B, "ListClients", Target.SERVICE, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x001C of the contract. */
    DELETE_CLIENT(0x001C, "DeleteClient", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x001E of the contract. */
    ATTEST_KEY(0x001E, "AttestKey", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x001F of the contract. */
    PREPARE_KEY_ATTESTATION(0x001F, "PrepareKeyAttestation", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0020 of the contract. */
    CAN_DO_CRYPTO(0x0020, "CanDoCrypto", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0101 of the contract. */
    SHARE_TRUST_BUNDLE(0x0101, "ShareTrustBundle", Target.SERVICE, Access.ANYONE, Effect.CHANGES),
    /** Operation 0x0102 of the contract. */
    ADD_CLIENT(0x0102, "AddClient", Target.SERVICE, Access.ANYONE, Effect.CHANGES),
    /** Operation 0x0103 of the contract. */
    PROVE_CLIENT(0x0103, "ProveClient", Target.SERVICE, Access.ANYONE, Effect.CHANGES),
    /** Operation 0x0104 of the contract. */
    GET_TOKEN(0x0104, "GetToken", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0105 of the contract. */
    GET_INSTANCE(0x0105, "GetInstance", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0106 of the contract. */
    REMOVE_CLIENT(0x0106, "RemoveClient", Target.SERVICE, Access.ANYONE, Effect.CHANGES),
    /** Operation 0x0107 of the contract. */
    LIST_CLIENT_DEFINITIONS(0x0107, "ListClientDefinitions", Target.SERVICE, Access.ANYONE, Effect.HARMLESS),
    /** Operation 0x0201 of the contract. */
    TPM_CERTIFY(0x0201, "TpmCertify", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0202 of the contract. */
    TPM_QUOTE(0x0202, "TpmQuote", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0203 of the contract. */
    TPM_ENDORSEMENT_CERTIFICATES(0x0203, "TpmEndorsementCertificates", Target.PROVIDER, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0302 of the contract. */
    HEALTH(0x0302, "Health", Target.SERVICE, Access.IDENTIFIED, Effect.HARMLESS),
    /** Operation 0x0303 of the contract. */
    RELEASE_CLIENT(0x0303, "ReleaseClient", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0304 of the contract. */
    ACCEPT_TOKEN(0x0304, "AcceptToken", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0305 of the contract. */
    ADOPT_KEY(0x0305, "AdoptKey", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0306 of the contract. */
    REKEY_STORE(0x0306, "RekeyStore", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES),
    /** Operation 0x0307 of the contract. */
    MOVE_CLIENT(0x0307, "MoveClient", Target.SERVICE, Access.IDENTIFIED, Effect.CHANGES);

    /** Whom an operation addresses. */
    enum Target {
        /** The service itself, provider 0. */
        SERVICE,
        /** A provider of cryptography. */
        PROVIDER
    }

    /** Who may ask. */
    enum Access {
        /** Anybody: sent without a credential, because the service refuses even a Ping whose authenticator it has not. */
        ANYONE,
        /** Whoever has an identity; some operations also want an administrator's. */
        IDENTIFIED
    }

    /** What may be done when the connection breaks. */
    enum Effect {
        /** The request may be repeated at will. */
        HARMLESS,
        /** Repeating it may do something else. */
        CHANGES
    }

    private final int number;
    private final String text;
    private final Target target;
    private final Access access;
    private final Effect effect;

    Opcode(int number, String text, Target target, Access access, Effect effect) {
        this.number = number;
        this.text = text;
        this.target = target;
        this.access = access;
        this.effect = effect;
    }

    /** The number in the header. */
    public int number() {
        return number;
    }

    /** Its name, as the contract has it. */
    public String text() {
        return text;
    }

    Target target() {
        return target;
    }

    Access access() {
        return access;
    }

    Effect effect() {
        return effect;
    }
}
