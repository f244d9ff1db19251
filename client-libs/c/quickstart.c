/* A signing key: made, used, checked and destroyed. */

#include <psa/crypto.h>
#include <stdio.h>
#include <stdlib.h>

static void must(psa_status_t status)
{
    if (status != PSA_SUCCESS) {
        fprintf(stderr, "PSA status %d\n", (int)status);
        exit(1);
    }
}

int main(void)
{
    static const uint8_t message[] = "a message", other[] = "another message";
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key;
    uint8_t signature[PSA_SIGNATURE_MAX_SIZE];
    size_t length;

    must(psa_crypto_init());
    psa_set_key_id(&attributes, 4711);
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&attributes, alg);
    must(psa_generate_key(&attributes, &key));

    must(psa_sign_message(key, alg, message, sizeof message - 1, signature, sizeof signature, &length));
    printf("signature: %u bytes\n", (unsigned)length);
    must(psa_verify_message(key, alg, message, sizeof message - 1, signature, length));
    if (psa_verify_message(key, alg, other, sizeof other - 1, signature, length) == PSA_ERROR_INVALID_SIGNATURE) {
        printf("another message: a wrong signature\n");
    }
    must(psa_destroy_key(key));
    return 0;
}
