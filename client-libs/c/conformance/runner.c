/* The conformance runner of e2e_tests/scenarios/README.md: does what each line of standard input says, and answers with a line
 * of standard output. */

#define _POSIX_C_SOURCE 200809L

#include "lines.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Operations. Each gives whether the library has it. */

static bool attributes_of(const struct step *step, psa_key_attributes_t *attributes)
{
    psa_key_type_t type;
    psa_key_usage_t usage;
    psa_algorithm_t alg;
    if (!type_of(word(step, "type"), &type) || !usage_of(word(step, "usage"), &usage)
        || !algorithm_of(word(step, "algorithm"), &alg)) {
        return false;
    }
    psa_set_key_id(attributes, key(step));
    psa_set_key_lifetime(attributes,
                         PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                             PSA_KEY_PERSISTENCE_DEFAULT, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(number(step, "provider"))));
    psa_set_key_type(attributes, type);
    psa_set_key_bits(attributes, number(step, "bits"));
    psa_set_key_usage_flags(attributes, usage);
    psa_set_key_algorithm(attributes, alg);
    return true;
}

static bool make(const struct step *step, bool is_import)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t made;
    if (!attributes_of(step, &attributes)) {
        return false;
    }
    if (is_import) {
        struct bytes data = bytes(step, "data");
        answer(psa_import_key(&attributes, data.start, data.length, &made));
        free(data.start);
    } else {
        answer(psa_generate_key(&attributes, &made));
    }
    return true;
}

static bool tell_attributes(const struct step *step)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    char type[WORDS_SIZE], usage[WORDS_SIZE], alg[WORDS_SIZE];
    psa_status_t status = psa_get_key_attributes(key(step), &attributes);
    if (status != PSA_SUCCESS) {
        answer_status(status);
        return true;
    }
    if (!word_of_type(psa_get_key_type(&attributes), type) || !words_of_usage(psa_get_key_usage_flags(&attributes), usage)
        || !word_of_algorithm(psa_get_key_algorithm(&attributes), alg)) {
        return false;
    }
    printf("ok type=%s bits=%lu usage=%s algorithm=%s\n", type, (unsigned long)psa_get_key_bits(&attributes), usage, alg);
    return true;
}

static void export_key(const struct step *step, bool is_public)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_status_t status = psa_get_key_attributes(key(step), &attributes);
    psa_key_type_t type = psa_get_key_type(&attributes);
    size_t bits = psa_get_key_bits(&attributes), length = 0;
    struct bytes data = { NULL, 0 };
    if (status == PSA_SUCCESS && is_public) {
        data = room(PSA_EXPORT_PUBLIC_KEY_OUTPUT_SIZE(type, bits));
        status = psa_export_public_key(key(step), data.start, data.length, &length);
    } else if (status == PSA_SUCCESS) {
        data = room(PSA_EXPORT_KEY_OUTPUT_SIZE(type, bits));
        status = psa_export_key(key(step), data.start, data.length, &length);
    }
    answer_bytes(status, "data", data.start, length);
    free(data.start);
}

static bool sign_or_verify(const struct step *step, psa_algorithm_t alg, bool is_hash, bool is_verification)
{
    struct bytes input, signature;
    size_t length = 0;
    psa_status_t status;
    if (!PSA_ALG_IS_SIGN(alg)) {
        return false;
    }
    input = bytes(step, is_hash ? "hash" : "message");
    if (is_verification) {
        signature = bytes(step, "signature");
        status = (is_hash ? psa_verify_hash : psa_verify_message)(key(step), alg, input.start, input.length,
                                                                  signature.start, signature.length);
        answer(status);
    } else {
        signature = room(PSA_SIGNATURE_MAX_SIZE);
        status = (is_hash ? psa_sign_hash : psa_sign_message)(key(step), alg, input.start, input.length, signature.start,
                                                              signature.length, &length);
        answer_bytes(status, "signature", signature.start, length);
    }
    free(input.start);
    free(signature.start);
    return true;
}

static bool asymmetric(const struct step *step, psa_algorithm_t alg, bool is_encryption)
{
    struct bytes input, salt, output;
    size_t length = 0;
    psa_status_t status;
    if (!PSA_ALG_IS_ASYMMETRIC_ENCRYPTION(alg)) {
        return false;
    }
    input = bytes(step, is_encryption ? "plaintext" : "ciphertext");
    salt = bytes(step, "salt");
    output = room(PSA_ASYMMETRIC_ENCRYPT_OUTPUT_MAX_SIZE);
    status = (is_encryption ? psa_asymmetric_encrypt : psa_asymmetric_decrypt)(
        key(step), alg, input.start, input.length, salt.start, salt.length, output.start, output.length, &length);
    answer_bytes(status, is_encryption ? "ciphertext" : "plaintext", output.start, length);
    free(input.start);
    free(salt.start);
    free(output.start);
    return true;
}

static bool aead(const struct step *step, psa_algorithm_t alg, bool is_encryption)
{
    struct bytes input, nonce, aad, output;
    size_t length = 0;
    psa_status_t status;
    if (!PSA_ALG_IS_AEAD(alg)) {
        return false;
    }
    input = bytes(step, is_encryption ? "plaintext" : "ciphertext");
    nonce = bytes(step, "nonce");
    aad = bytes(step, "aad");
    output = room(PSA_AEAD_ENCRYPT_OUTPUT_MAX_SIZE(input.length));
    status = (is_encryption ? psa_aead_encrypt : psa_aead_decrypt)(key(step), alg, nonce.start, nonce.length, aad.start,
                                                                   aad.length, input.start, input.length, output.start,
                                                                   output.length, &length);
    answer_bytes(status, is_encryption ? "ciphertext" : "plaintext", output.start, length);
    free(input.start);
    free(nonce.start);
    free(aad.start);
    free(output.start);
    return true;
}

static bool cipher(const struct step *step, psa_algorithm_t alg, bool is_encryption)
{
    struct bytes input, output;
    size_t length = 0;
    psa_status_t status;
    if (!PSA_ALG_IS_CIPHER(alg)) {
        return false;
    }
    input = bytes(step, is_encryption ? "plaintext" : "ciphertext");
    output = room(PSA_CIPHER_ENCRYPT_OUTPUT_MAX_SIZE(input.length));
    status = (is_encryption ? psa_cipher_encrypt : psa_cipher_decrypt)(key(step), alg, input.start, input.length,
                                                                       output.start, output.length, &length);
    answer_bytes(status, is_encryption ? "ciphertext" : "plaintext", output.start, length);
    free(input.start);
    free(output.start);
    return true;
}

static bool mac(const struct step *step, psa_algorithm_t alg, bool is_verification)
{
    struct bytes data;
    uint8_t made[PSA_MAC_MAX_SIZE];
    size_t length = 0;
    if (!PSA_ALG_IS_MAC(alg)) {
        return false;
    }
    data = bytes(step, "data");
    if (is_verification) {
        struct bytes given = bytes(step, "mac");
        answer(psa_mac_verify(key(step), alg, data.start, data.length, given.start, given.length));
        free(given.start);
    } else {
        psa_status_t status = psa_mac_compute(key(step), alg, data.start, data.length, made, sizeof made, &length);
        answer_bytes(status, "mac", made, length);
    }
    free(data.start);
    return true;
}

static bool hash(const struct step *step, psa_algorithm_t alg, bool is_comparison)
{
    struct bytes data;
    uint8_t made[PSA_HASH_MAX_SIZE];
    size_t length = 0;
    if (!PSA_ALG_IS_HASH(alg)) {
        return false;
    }
    data = bytes(step, "data");
    if (is_comparison) {
        struct bytes given = bytes(step, "hash");
        answer(psa_hash_compare(alg, data.start, data.length, given.start, given.length));
        free(given.start);
    } else {
        psa_status_t status = psa_hash_compute(alg, data.start, data.length, made, sizeof made, &length);
        answer_bytes(status, "hash", made, length);
    }
    free(data.start);
    return true;
}

static bool agree(const struct step *step, psa_algorithm_t alg)
{
    struct bytes peer;
    uint8_t secret[PSA_RAW_KEY_AGREEMENT_OUTPUT_MAX_SIZE];
    size_t length = 0;
    psa_status_t status;
    if (!PSA_ALG_IS_STANDALONE_KEY_AGREEMENT(alg)) {
        return false;
    }
    peer = bytes(step, "peer");
    status = psa_raw_key_agreement(alg, key(step), peer.start, peer.length, secret, sizeof secret, &length);
    answer_bytes(status, "secret", secret, length);
    free(peer.start);
    return true;
}

static void give_random(const struct step *step)
{
    struct bytes data = room(number(step, "size"));
    answer_bytes(psa_generate_random(data.start, data.length), "data", data.start, data.length);
    free(data.start);
}

/** What the quickstart shows. */
static void high_level(const struct step *step)
{
    static const uint8_t message[] = "hello";
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t made;
    uint8_t signature[PSA_SIGNATURE_MAX_SIZE], public_key[PSA_EXPORT_PUBLIC_KEY_MAX_SIZE];
    size_t signature_length, public_length;
    psa_status_t status;

    psa_set_key_id(&attributes, key(step));
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&attributes, alg);
    status = psa_generate_key(&attributes, &made);
    if (status == PSA_SUCCESS) {
        status = psa_sign_message(made, alg, message, 5, signature, sizeof signature, &signature_length);
    }
    if (status == PSA_SUCCESS) {
        status = psa_verify_message(made, alg, message, 5, signature, signature_length);
    }
    if (status == PSA_SUCCESS) {
        status = psa_export_public_key(made, public_key, sizeof public_key, &public_length);
    }
    if (status != PSA_SUCCESS) {
        answer_status(status);
        return;
    }
    printf("ok");
    print_bytes("public", public_key, public_length);
    print_bytes("signature", signature, signature_length);
    putchar('\n');
}

/** Operations whose line has an algorithm, other than those that make keys. */
static bool use(const struct step *step)
{
    const char *operation = step->operation;
    psa_algorithm_t alg;
    if (!algorithm_of(word(step, "algorithm"), &alg)) {
        return false;
    }
    if (strncmp(operation, "sign-", 5) == 0 || strncmp(operation, "verify-", 7) == 0) {
        return sign_or_verify(step, alg, strstr(operation, "-hash") != NULL, operation[0] == 'v');
    }
    if (strncmp(operation, "asymmetric-", 11) == 0) {
        return asymmetric(step, alg, strcmp(operation, "asymmetric-encrypt") == 0);
    }
    if (strncmp(operation, "aead-", 5) == 0) {
        return aead(step, alg, strcmp(operation, "aead-encrypt") == 0);
    }
    if (strncmp(operation, "cipher-", 7) == 0) {
        return cipher(step, alg, strcmp(operation, "cipher-encrypt") == 0);
    }
    if (strncmp(operation, "mac-", 4) == 0) {
        return mac(step, alg, strcmp(operation, "mac-verify") == 0);
    }
    if (strncmp(operation, "hash-", 5) == 0) {
        return hash(step, alg, strcmp(operation, "hash-compare") == 0);
    }
    return agree(step, alg);
}

static bool is_one_of(const char *operation, const char *const *all)
{
    while (*all != NULL && strcmp(*all, operation) != 0) {
        all++;
    }
    return *all != NULL;
}

static bool perform(const struct step *step)
{
    static const char *const USES[] = { "sign-hash",          "sign-message",       "verify-hash",  "verify-message",
                                        "asymmetric-encrypt", "asymmetric-decrypt", "aead-encrypt", "aead-decrypt",
                                        "cipher-encrypt",     "cipher-decrypt",     "mac-compute",  "mac-verify",
                                        "hash-compute",       "hash-compare",       "agree",        NULL };
    const char *operation = step->operation;
    if (is_one_of(operation, USES)) {
        return use(step);
    }
    if (strcmp(operation, "generate") == 0 || strcmp(operation, "import") == 0) {
        return make(step, operation[0] == 'i');
    }
    if (strcmp(operation, "attributes") == 0) {
        return tell_attributes(step);
    }
    if (strcmp(operation, "export") == 0 || strcmp(operation, "export-public") == 0) {
        export_key(step, operation[6] == '-');
    } else if (strcmp(operation, "destroy") == 0) {
        answer(psa_destroy_key(key(step)));
    } else if (strcmp(operation, "random") == 0) {
        give_random(step);
    } else if (strcmp(operation, "high-level") == 0) {
        high_level(step);
    } else {
        /* The specification has nothing for asking a service who it is, what it can do, and which keys there are. */
        return false;
    }
    return true;
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    psa_status_t status = psa_crypto_init();
    if (status != PSA_SUCCESS) {
        fprintf(stderr, "runner: psa_crypto_init: %d\n", (int)status);
        return 1;
    }
    while ((length = getline(&line, &size, stdin)) > 0) {
        struct step step = { NULL, { NULL }, 0 };
        char *argument;
        line[strcspn(line, "\n")] = '\0';
        step.operation = strtok(line, " ");
        while ((argument = strtok(NULL, " ")) != NULL && step.count < MAX_ARGUMENTS) {
            step.arguments[step.count++] = argument;
        }
        if (step.operation == NULL || !perform(&step)) {
            puts("unsupported");
        }
        fflush(stdout);
    }
    free(line);
    return 0;
}
