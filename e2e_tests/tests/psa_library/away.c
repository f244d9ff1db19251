/* A token is the first provider, and software the second. The token is away: keys in software are as good as ever. Run first as
 * `away make`, while it is there, and then as `away use`. */

#include "expect.h"

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define BOTH (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)
#define IN_TOKEN 1
#define IN_SOFTWARE 2

static const psa_algorithm_t ECDSA = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
static const uint8_t MESSAGE[] = "a message";

static psa_key_attributes_t in_software(psa_key_id_t id)
{
    psa_key_attributes_t attributes = attributes_of(id, PAIR, 256, BOTH, ECDSA);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                          PSA_KEY_PERSISTENCE_DEFAULT, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(1)));
    return attributes;
}

static psa_status_t use(psa_key_id_t key)
{
    uint8_t signature[64];
    size_t length;
    return psa_sign_message(key, ECDSA, MESSAGE, sizeof MESSAGE, signature, sizeof signature, &length);
}

static void make(void)
{
    psa_key_attributes_t attributes = in_software(IN_SOFTWARE);
    psa_key_id_t key;
    generated(IN_TOKEN, PAIR, 256, BOTH, ECDSA);
    DONE(psa_generate_key(&attributes, &key));
    DONE(use(IN_TOKEN));
    DONE(use(IN_SOFTWARE));
}

static void use_what_is_there(void)
{
    psa_key_attributes_t attributes = attributes_of(3, PAIR, 256, BOTH, ECDSA);
    psa_key_id_t key;
    uint8_t bytes[32];
    size_t length;
    EXPECT(use(IN_TOKEN), PSA_ERROR_COMMUNICATION_FAILURE);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_COMMUNICATION_FAILURE);
    DONE(use(IN_SOFTWARE));
    DONE(psa_get_key_attributes(IN_TOKEN, &attributes));
    CHECK(psa_get_key_lifetime(&attributes) == PSA_KEY_LIFETIME_PERSISTENT);
    attributes = in_software(IN_TOKEN);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_ALREADY_EXISTS);
    attributes = in_software(4);
    DONE(psa_generate_key(&attributes, &key));
    DONE(use(key));
    DONE(psa_destroy_key(key));
    /* What is anybody's is somebody else's now. */
    DONE(psa_generate_random(bytes, sizeof bytes));
    DONE(psa_hash_compute(PSA_ALG_SHA_256, MESSAGE, sizeof MESSAGE, bytes, sizeof bytes, &length));
    key = generated(PSA_KEY_ID_NULL, PAIR, 256, BOTH, ECDSA);
    DONE(use(key));
    DONE(psa_destroy_key(key));
}

int main(int argc, char **argv)
{
    DONE(psa_crypto_init());
    if (argc > 1 && strcmp(argv[1], "make") == 0) {
        make();
    } else {
        use_what_is_there();
    }
    return expect_report();
}
