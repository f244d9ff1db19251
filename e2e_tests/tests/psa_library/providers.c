/* Keys with two providers: `providers FIRST OTHER`, by their numbers. An identifier is one key's, wherever that is. */

#define _POSIX_C_SOURCE 200809L

#include "expect.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define BOTH (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)

static const psa_algorithm_t ECDSA = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
static const uint8_t MESSAGE[] = "a message";

/** Attributes of a persistent key with a provider; 0 for the first. */
static psa_key_attributes_t with_provider(psa_key_id_t id, unsigned number)
{
    psa_key_attributes_t attributes = attributes_of(id, PAIR, 256, BOTH, ECDSA);
    if (number != 0) {
        psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                              PSA_KEY_PERSISTENCE_DEFAULT, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(number)));
    }
    return attributes;
}

static psa_key_location_t location_of(psa_key_id_t key)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    DONE(psa_get_key_attributes(key, &attributes));
    return PSA_KEY_LIFETIME_GET_LOCATION(psa_get_key_lifetime(&attributes));
}

static psa_status_t use(psa_key_id_t key)
{
    uint8_t signature[64];
    size_t length;
    psa_status_t status = psa_sign_message(key, ECDSA, MESSAGE, sizeof MESSAGE, signature, sizeof signature, &length);
    return status != PSA_SUCCESS ? status : psa_verify_message(key, ECDSA, MESSAGE, sizeof MESSAGE, signature, length);
}

/** Does something in a process that knows nothing of this one's keys. */
static void elsewhere(psa_status_t (*what)(unsigned), unsigned number)
{
    int status;
    pid_t process = fork();
    if (process == 0) {
        _exit(what(number) == PSA_SUCCESS ? 0 : 1);
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static psa_status_t use_both(unsigned number)
{
    psa_status_t status = use(1);
    (void)number;
    return status != PSA_SUCCESS ? status : use(2);
}

/** Moves key 2 to another provider. */
static psa_status_t move(unsigned number)
{
    psa_key_attributes_t attributes = with_provider(2, number);
    psa_key_id_t key;
    psa_status_t status = psa_destroy_key(2);
    return status != PSA_SUCCESS ? status : psa_generate_key(&attributes, &key);
}

int main(int argc, char **argv)
{
    const unsigned first = argc > 2 ? (unsigned)atoi(argv[1]) : 0, other = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
    psa_key_attributes_t attributes;
    psa_key_id_t key;
    uint8_t hash[32];
    size_t length;
    DONE(psa_crypto_init());

    attributes = with_provider(1, 0);
    DONE(psa_generate_key(&attributes, &key));
    attributes = with_provider(2, other);
    DONE(psa_generate_key(&attributes, &key));
    CHECK(location_of(1) == PSA_KEY_LOCATION_LOCAL_STORAGE && location_of(2) == KEYSTEAD_KEY_LOCATION_OF_PROVIDER(other));
    DONE(use(1));
    DONE(use(2));
    elsewhere(use_both, 0);

    attributes = with_provider(1, other);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_ALREADY_EXISTS);
    attributes = with_provider(2, first);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_ALREADY_EXISTS);
    EXPECT(use(3), PSA_ERROR_INVALID_HANDLE);

    /* What was here is there now. */
    elsewhere(move, first);
    DONE(use(2));
    CHECK(location_of(2) == PSA_KEY_LOCATION_LOCAL_STORAGE);
    elsewhere(move, other);
    DONE(psa_destroy_key(2));
    EXPECT(use(2), PSA_ERROR_INVALID_HANDLE);
    DONE(psa_destroy_key(1));

    /* One of them has hashes, and one takes volatile keys. */
    DONE(psa_hash_compute(PSA_ALG_SHA_256, MESSAGE, sizeof MESSAGE, hash, sizeof hash, &length));
    attributes = attributes_of(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    DONE(psa_generate_key(&attributes, &key));
    DONE(use(key));
    CHECK(location_of(key) == PSA_KEY_LOCATION_LOCAL_STORAGE);
    DONE(psa_destroy_key(key));
    /* A key of the other provider is used there, whatever the first can do. */
    attributes = attributes_of(4, PSA_KEY_TYPE_AES, 128, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_GCM);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                          PSA_KEY_PERSISTENCE_DEFAULT, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(1)));
    DONE(psa_generate_key(&attributes, &key));
    {
        uint8_t nonce[12] = { 0 }, sealed[sizeof MESSAGE + 16];
        DONE(psa_aead_encrypt(key, PSA_ALG_GCM, nonce, sizeof nonce, NULL, 0, MESSAGE, sizeof MESSAGE, sealed,
                              sizeof sealed, &length));
    }
    DONE(psa_destroy_key(key));
    return expect_report();
}
