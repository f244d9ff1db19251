/* What every provider can do, with keys of the first: signatures, RSA, CTR, HMAC, key agreement, random bytes. The tests run it
 * with keys in software, in a token and in a TPM. */

#include "expect.h"

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)

static const uint8_t MESSAGE[] = "a message";
static const uint8_t AES_KEY[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void signatures(void)
{
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_id_t key = generated(800, PAIR, 256, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH, alg), other;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t signature[64], public_key[65], hash[32] = { 7 };
    size_t length;
    DONE(psa_get_key_attributes(key, &attributes));
    CHECK(psa_get_key_lifetime(&attributes) == PSA_KEY_LIFETIME_PERSISTENT && psa_get_key_bits(&attributes) == 256);
    EXPECT(psa_generate_key(&attributes, &other), PSA_ERROR_ALREADY_EXISTS);
    DONE(psa_export_public_key(key, public_key, sizeof public_key, &length));
    CHECK(length == 65);
    DONE(psa_sign_message(key, alg, MESSAGE, sizeof MESSAGE, signature, sizeof signature, &length));
    DONE(psa_verify_message(key, alg, MESSAGE, sizeof MESSAGE, signature, length));
    EXPECT(psa_verify_message(key, alg, MESSAGE, 1, signature, length), PSA_ERROR_INVALID_SIGNATURE);
    DONE(psa_sign_hash(key, alg, hash, sizeof hash, signature, sizeof signature, &length));
    DONE(psa_verify_hash(key, alg, hash, sizeof hash, signature, length));
    EXPECT(psa_sign_message(key, PSA_ALG_ECDSA(PSA_ALG_SHA_384), MESSAGE, 1, signature, sizeof signature, &length),
           PSA_ERROR_NOT_PERMITTED);
    DONE(psa_destroy_key(key));
    EXPECT(psa_sign_hash(key, alg, hash, sizeof hash, signature, sizeof signature, &length), PSA_ERROR_INVALID_HANDLE);
}

static void rsa(void)
{
    const psa_algorithm_t oaep = PSA_ALG_RSA_OAEP(PSA_ALG_SHA_1);
    psa_key_attributes_t attributes
        = attributes_of(801, PSA_KEY_TYPE_RSA_KEY_PAIR, 2048, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT, oaep);
    psa_key_id_t key;
    /* A weak hash is not for new keys. */
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_NOT_PERMITTED);
    psa_set_key_algorithm(&attributes, PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH);
    if (DONE(psa_generate_key(&attributes, &key))) {
        const psa_algorithm_t alg = PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_SHA_256);
        uint8_t signature[256];
        size_t length;
        DONE(psa_sign_message(key, alg, MESSAGE, sizeof MESSAGE, signature, sizeof signature, &length));
        CHECK(length == 256);
        DONE(psa_verify_message(key, alg, MESSAGE, sizeof MESSAGE, signature, length));
        DONE(psa_destroy_key(key));
    }
}

static void symmetric(void)
{
    const psa_algorithm_t hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);
    static const uint8_t IV[16] = { 1 };
    psa_key_id_t key = imported(802, PSA_KEY_TYPE_AES, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT, PSA_ALG_CTR, AES_KEY,
                                sizeof AES_KEY);
    psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
    psa_mac_operation_t authentication = PSA_MAC_OPERATION_INIT;
    uint8_t sealed[sizeof MESSAGE + 16], text[sizeof MESSAGE], mac[32];
    size_t length, first, last;
    DONE(psa_cipher_encrypt(key, PSA_ALG_CTR, MESSAGE, sizeof MESSAGE, sealed, sizeof sealed, &length));
    CHECK(length == sizeof sealed);
    DONE(psa_cipher_decrypt(key, PSA_ALG_CTR, sealed, length, text, sizeof text, &length));
    SAME(text, MESSAGE, sizeof MESSAGE);
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_CTR));
    DONE(psa_cipher_set_iv(&operation, IV, sizeof IV));
    DONE(psa_cipher_update(&operation, MESSAGE, 3, sealed, sizeof sealed, &first));
    DONE(psa_cipher_update(&operation, MESSAGE + 3, sizeof MESSAGE - 3, sealed, sizeof sealed, &first));
    DONE(psa_cipher_finish(&operation, sealed, sizeof sealed, &last));
    CHECK(last == sizeof MESSAGE);
    DONE(psa_cipher_decrypt_setup(&operation, key, PSA_ALG_CTR));
    DONE(psa_cipher_set_iv(&operation, IV, sizeof IV));
    DONE(psa_cipher_update(&operation, sealed, last, NULL, 0, &first));
    DONE(psa_cipher_finish(&operation, text, sizeof text, &last));
    SAME(text, MESSAGE, sizeof MESSAGE);
    DONE(psa_destroy_key(key));

    key = generated(803, PSA_KEY_TYPE_HMAC, 256, PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_VERIFY_MESSAGE, hmac);
    DONE(psa_mac_compute(key, hmac, MESSAGE, sizeof MESSAGE, mac, sizeof mac, &length));
    DONE(psa_mac_verify(key, hmac, MESSAGE, sizeof MESSAGE, mac, length));
    EXPECT(psa_mac_verify(key, hmac, MESSAGE, 1, mac, length), PSA_ERROR_INVALID_SIGNATURE);
    DONE(psa_mac_verify_setup(&authentication, key, hmac));
    DONE(psa_mac_update(&authentication, MESSAGE, sizeof MESSAGE));
    DONE(psa_mac_verify_finish(&authentication, mac, length));
    DONE(psa_destroy_key(key));
}

static void agreement(void)
{
    psa_key_id_t one = generated(804, PAIR, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH);
    psa_key_id_t other = generated(805, PAIR, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH);
    uint8_t public_of_one[65], public_of_other[65], secret[32], same[32];
    size_t length;
    DONE(psa_export_public_key(one, public_of_one, 65, &length));
    DONE(psa_export_public_key(other, public_of_other, 65, &length));
    DONE(psa_raw_key_agreement(PSA_ALG_ECDH, one, public_of_other, 65, secret, sizeof secret, &length));
    DONE(psa_raw_key_agreement(PSA_ALG_ECDH, other, public_of_one, 65, same, sizeof same, &length));
    SAME(secret, same, 32);
    DONE(psa_destroy_key(one));
    DONE(psa_destroy_key(other));
}

int main(void)
{
    uint8_t one[100], other[100];
    DONE(psa_crypto_init());
    signatures();
    rsa();
    symmetric();
    agreement();
    DONE(psa_generate_random(one, sizeof one));
    DONE(psa_generate_random(other, sizeof other));
    CHECK(memcmp(one, other, sizeof one) != 0);
    return expect_report();
}
