/* A program that outlives its service. It says a word at each step, and goes on with the next line of its input. */

#include "expect.h"

#include <stdlib.h>

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define BOTH (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)

static const psa_algorithm_t ECDSA = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
static const uint8_t MESSAGE[] = "a message";

static void say(const char *word)
{
    char line[16];
    puts(word);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        exit(2);
    }
}

static psa_status_t use(psa_key_id_t key)
{
    uint8_t signature[64];
    size_t length;
    return psa_sign_message(key, ECDSA, MESSAGE, sizeof MESSAGE, signature, sizeof signature, &length);
}

int main(void)
{
    psa_key_id_t stored, passing, other;
    psa_key_attributes_t attributes = attributes_of(2, PAIR, 256, BOTH, ECDSA);
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
    uint8_t hash[32], whole[32];
    size_t length;

    /* Nobody is asked yet. */
    DONE(psa_crypto_init());
    EXPECT(psa_generate_key(&attributes, &other), PSA_ERROR_COMMUNICATION_FAILURE);
    CHECK(other == PSA_KEY_ID_NULL);
    say("nobody");
    stored = generated(1, PAIR, 256, BOTH, ECDSA);
    passing = generated(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    DONE(use(stored));
    DONE(use(passing));
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    DONE(psa_hash_update(&operation, MESSAGE, 3));
    say("made");
    EXPECT(use(stored), PSA_ERROR_COMMUNICATION_FAILURE);
    EXPECT(psa_generate_key(&attributes, &other), PSA_ERROR_COMMUNICATION_FAILURE);
    EXPECT(psa_destroy_key(stored), PSA_ERROR_COMMUNICATION_FAILURE);
    say("gone");
    /* What was in the service's memory is lost, and what was gathered here is not. */
    DONE(use(stored));
    EXPECT(use(passing), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_get_key_attributes(passing, &attributes), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_destroy_key(passing), PSA_ERROR_INVALID_HANDLE);
    DONE(psa_hash_update(&operation, MESSAGE + 3, sizeof MESSAGE - 3));
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    DONE(psa_hash_compute(PSA_ALG_SHA_256, MESSAGE, sizeof MESSAGE, whole, sizeof whole, &length));
    SAME(hash, whole, 32);
    DONE(psa_destroy_key(stored));
    return expect_report();
}
