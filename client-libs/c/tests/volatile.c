/* Keys that end with the process: the default lifetime. */

#define _POSIX_C_SOURCE 200809L

#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define PUBLIC PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1)
#define BOTH (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)

static const psa_algorithm_t ECDSA = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
static const uint8_t BYTES[32] = { 1, 2, 3 };

static size_t bits_of(psa_key_id_t key)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    DONE(psa_get_key_attributes(key, &attributes));
    CHECK(PSA_KEY_LIFETIME_IS_VOLATILE(psa_get_key_lifetime(&attributes)));
    return psa_get_key_bits(&attributes);
}

static void a_key_without_an_identifier_of_the_callers(void)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key = generated(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    psa_key_id_t other = generated(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    uint8_t signature[64];
    size_t length;
    CHECK(key >= PSA_KEY_ID_VENDOR_MIN && key <= PSA_KEY_ID_VENDOR_MAX && key != other);
    DONE(psa_get_key_attributes(key, &attributes));
    CHECK(psa_get_key_lifetime(&attributes) == PSA_KEY_LIFETIME_VOLATILE);
    CHECK(psa_get_key_type(&attributes) == PAIR && psa_get_key_bits(&attributes) == 256);
    CHECK(psa_get_key_algorithm(&attributes) == ECDSA);
    DONE(psa_sign_message(key, ECDSA, BYTES, 32, signature, 64, &length));
    DONE(psa_verify_message(key, ECDSA, BYTES, 32, signature, 64));
    EXPECT(psa_verify_message(other, ECDSA, BYTES, 32, signature, 64), PSA_ERROR_INVALID_SIGNATURE);
    DONE(psa_purge_key(key));
    DONE(psa_destroy_key(key));
    EXPECT(psa_sign_message(key, ECDSA, BYTES, 32, signature, 64, &length), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_destroy_key(key), PSA_ERROR_INVALID_HANDLE);
    DONE(psa_sign_message(other, ECDSA, BYTES, 32, signature, 64, &length));
    DONE(psa_destroy_key(other));
}

static void keys_of_every_kind_are_imported(void)
{
    const psa_algorithm_t hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256), pss = PSA_ALG_RSA_PSS(PSA_ALG_SHA_256);
    psa_key_id_t key = imported(PSA_KEY_ID_NULL, PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE, hmac, BYTES, 32), other;
    psa_mac_operation_t operation = PSA_MAC_OPERATION_INIT;
    psa_key_attributes_t attributes = attributes_of(PSA_KEY_ID_NULL, PSA_KEY_TYPE_AES, 256, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_GCM);
    uint8_t mac[32], whole[32], material[PSA_EXPORT_KEY_PAIR_MAX_SIZE], public_key[PSA_EXPORT_PUBLIC_KEY_MAX_SIZE];
    size_t length;
    CHECK(bits_of(key) == 256);
    DONE(psa_mac_sign_setup(&operation, key, hmac));
    DONE(psa_mac_update(&operation, BYTES, 32));
    DONE(psa_mac_sign_finish(&operation, mac, 32, &length));
    DONE(psa_mac_compute(key, hmac, BYTES, 32, whole, 32, &length));
    SAME(mac, whole, 32);
    DONE(psa_destroy_key(key));
    EXPECT(psa_import_key(&attributes, BYTES, 16, &key), PSA_ERROR_INVALID_ARGUMENT);

    key = generated(PSA_KEY_ID_NULL, PAIR, 384, BOTH | PSA_KEY_USAGE_EXPORT, ECDSA);
    DONE(psa_export_key(key, material, sizeof material, &length));
    other = imported(PSA_KEY_ID_NULL, PAIR, BOTH, ECDSA, material, length);
    CHECK(bits_of(other) == 384);
    DONE(psa_destroy_key(other));
    DONE(psa_export_public_key(key, public_key, sizeof public_key, &length));
    other = imported(PSA_KEY_ID_NULL, PUBLIC, PSA_KEY_USAGE_VERIFY_HASH, ECDSA, public_key, length);
    CHECK(bits_of(other) == 384);
    DONE(psa_destroy_key(other));
    DONE(psa_destroy_key(key));

    key = generated(PSA_KEY_ID_NULL, PSA_KEY_TYPE_RSA_KEY_PAIR, 2048, BOTH | PSA_KEY_USAGE_EXPORT, pss);
    DONE(psa_export_key(key, material, sizeof material, &length));
    other = imported(PSA_KEY_ID_NULL, PSA_KEY_TYPE_RSA_KEY_PAIR, BOTH, pss, material, length);
    CHECK(bits_of(other) == 2048);
    DONE(psa_destroy_key(other));
    DONE(psa_export_public_key(key, public_key, sizeof public_key, &length));
    other = imported(PSA_KEY_ID_NULL, PSA_KEY_TYPE_RSA_PUBLIC_KEY, PSA_KEY_USAGE_VERIFY_HASH, pss, public_key, length);
    CHECK(bits_of(other) == 2048);
    DONE(psa_destroy_key(other));
    DONE(psa_destroy_key(key));
    attributes = attributes_of(PSA_KEY_ID_NULL, PSA_KEY_TYPE_RSA_KEY_PAIR, 0, BOTH, pss);
    EXPECT(psa_import_key(&attributes, BYTES, 32, &key), PSA_ERROR_INVALID_ARGUMENT);
}

static void copies_live_as_long_as_they_are_told(void)
{
    const psa_key_usage_t usage = PSA_KEY_USAGE_COPY | PSA_KEY_USAGE_EXPORT | PSA_KEY_USAGE_ENCRYPT;
    psa_key_id_t key = imported(PSA_KEY_ID_NULL, PSA_KEY_TYPE_AES, usage, PSA_ALG_CTR, BYTES, 32), stored, again;
    psa_key_attributes_t attributes = attributes_of(900, PSA_KEY_TYPE_NONE, 0, usage, PSA_ALG_CTR);
    uint8_t material[32];
    size_t length;
    DONE(psa_copy_key(key, &attributes, &stored));
    CHECK(stored == 900);
    DONE(psa_destroy_key(key));
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_VOLATILE);
    DONE(psa_copy_key(stored, &attributes, &again));
    CHECK(bits_of(again) == 256);
    DONE(psa_export_key(again, material, sizeof material, &length));
    SAME(material, BYTES, 32);
    DONE(psa_destroy_key(again));
    DONE(psa_destroy_key(stored));
}

static void a_location_may_be_chosen(void)
{
    const psa_key_lifetime_t lifetime = PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
        PSA_KEY_PERSISTENCE_VOLATILE, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(1));
    psa_key_attributes_t attributes = attributes_of(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    psa_key_id_t key;
    psa_set_key_lifetime(&attributes, lifetime);
    DONE(psa_generate_key(&attributes, &key));
    DONE(psa_get_key_attributes(key, &attributes));
    CHECK(psa_get_key_lifetime(&attributes) == lifetime);
    DONE(psa_destroy_key(key));
}

static int child(psa_key_id_t of_parent)
{
    psa_key_attributes_t attributes = attributes_of(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    psa_key_id_t key;
    uint8_t signature[64];
    size_t length;
    int wrong = 0;
    wrong += psa_sign_message(of_parent, ECDSA, BYTES, 32, signature, 64, &length) != PSA_ERROR_INVALID_HANDLE;
    wrong += psa_generate_key(&attributes, &key) != PSA_SUCCESS;
    wrong += key == of_parent;
    wrong += psa_sign_message(key, ECDSA, BYTES, 32, signature, 64, &length) != PSA_SUCCESS;
    wrong += psa_destroy_key(of_parent) != PSA_ERROR_INVALID_HANDLE;
    return wrong;
}

static void a_child_has_keys_of_its_own(void)
{
    psa_key_id_t key = generated(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    uint8_t signature[64];
    size_t length;
    int status;
    pid_t process = fork();
    if (process == 0) {
        _exit(child(key));
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    DONE(psa_sign_message(key, ECDSA, BYTES, 32, signature, 64, &length));
    DONE(psa_destroy_key(key));
}

/** The process stays the same, so that the service has the keys of before still, of which the program knows nothing. */
static void keys_of_before_exec(char *program, const char *round)
{
    char next[] = { (char)(round[0] + 1), 0 };
    int i;
    DONE(psa_crypto_init());
    for (i = 0; i < 70; i++) {
        psa_key_id_t key = generated(PSA_KEY_ID_NULL, PSA_KEY_TYPE_AES, 128, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CTR);
        CHECK(key != PSA_KEY_ID_NULL);
    }
    if (expect_failures == 0 && next[0] <= '3') {
        execl(program, program, next, (char *)NULL);
    }
    _exit(expect_report());
}

static void a_program_that_executes_itself_makes_new_ones(char *program)
{
    int status;
    pid_t process = fork();
    if (process == 0) {
        execl(program, program, "1", (char *)NULL);
        _exit(1);
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        keys_of_before_exec(arguments[0], arguments[1]);
    }
    DONE(psa_crypto_init());
    a_key_without_an_identifier_of_the_callers();
    keys_of_every_kind_are_imported();
    copies_live_as_long_as_they_are_told();
    a_location_may_be_chosen();
    a_child_has_keys_of_its_own();
    a_program_that_executes_itself_makes_new_ones(arguments[0]);
    return expect_report();
}
