/* What no program should give: null pointers, lengths that nothing has, objects at odd addresses. Each is refused. */

#include "expect.h"

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)

static const uint8_t BYTES[16] = { 0 };

static void nowhere(void)
{
    const psa_algorithm_t ecdsa = PSA_ALG_ECDSA(PSA_ALG_SHA_256), hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes = attributes_of(950, PSA_KEY_TYPE_AES, 0, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CTR);
    psa_key_id_t key = 7;
    uint8_t output[64];
    size_t length;
    EXPECT(psa_import_key(NULL, BYTES, 16, &key), PSA_ERROR_INVALID_ARGUMENT);
    CHECK(key == PSA_KEY_ID_NULL);
    EXPECT(psa_import_key(&attributes, NULL, 16, &key), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_import_key(&attributes, BYTES, SIZE_MAX, &key), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_import_key(&attributes, BYTES, 16, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_copy_key(950, NULL, &key), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_copy_key(950, &attributes, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_get_key_attributes(950, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_get_key_attributes(950, &attributes), PSA_ERROR_INVALID_HANDLE);

    key = generated(950, PAIR, 256, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH, ecdsa);
    EXPECT(psa_export_public_key(key, NULL, 65, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_export_public_key(key, output, SIZE_MAX, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_export_public_key(key, output, 64, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_export_public_key(key, NULL, 0, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_sign_message(key, ecdsa, NULL, 1, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_message(key, ecdsa, BYTES, 16, NULL, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_message(key, ecdsa, BYTES, 16, output, 64, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_hash(key, ecdsa, NULL, 32, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_verify_message(key, ecdsa, BYTES, 16, NULL, 64), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_verify_hash(key, ecdsa, NULL, 32, output, 64), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_asymmetric_encrypt(key, PSA_ALG_RSA_PKCS1V15_CRYPT, BYTES, 16, NULL, 1, output, 64, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_raw_key_agreement(PSA_ALG_ECDH, key, NULL, 65, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_mac_compute(key, hmac, NULL, 1, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_mac_verify(key, hmac, BYTES, 1, NULL, 32), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_encrypt(key, PSA_ALG_CTR, NULL, 1, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_decrypt(key, PSA_ALG_CTR, BYTES, 1, output, 64, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_encrypt(key, PSA_ALG_GCM, NULL, 12, NULL, 0, BYTES, 16, output, 64, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_decrypt(key, PSA_ALG_GCM, BYTES, 12, NULL, 1, BYTES, 16, output, 64, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_compare(PSA_ALG_SHA_256, BYTES, 16, NULL, 32), PSA_ERROR_INVALID_ARGUMENT);
    /* The key is as good as before. */
    DONE(psa_sign_message(key, ecdsa, BYTES, 16, output, 64, &length));
    DONE(psa_destroy_key(key));
}

static void no_objects(void)
{
    uint8_t output[64];
    size_t length;
    EXPECT(psa_hash_update(NULL, BYTES, 16), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_finish(NULL, output, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_clone(NULL, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_mac_sign_setup(NULL, 1, PSA_ALG_CMAC), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_mac_update(NULL, BYTES, 16), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_mac_abort(NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_encrypt_setup(NULL, 1, PSA_ALG_CTR), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_set_iv(NULL, BYTES, 16), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_abort(NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_decrypt_setup(NULL, 1, PSA_ALG_GCM), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_set_lengths(NULL, 1, 1), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_abort(NULL), PSA_ERROR_INVALID_ARGUMENT);
}

static void objects_of_nobody(void)
{
    psa_cipher_operation_t cipher;
    psa_aead_operation_t aead;
    uint8_t output[64], tag[16];
    size_t length, tag_length;
    /* As the stack may have left them. */
    memset(&cipher, 0xaa, sizeof cipher);
    memset(&aead, 0xaa, sizeof aead);
    EXPECT(psa_cipher_encrypt_setup(&cipher, 1, PSA_ALG_CTR), PSA_ERROR_BAD_STATE);
    EXPECT(psa_cipher_update(&cipher, BYTES, 16, output, 64, &length), PSA_ERROR_BAD_STATE);
    DONE(psa_cipher_abort(&cipher));
    EXPECT(psa_cipher_update(&cipher, BYTES, 16, output, 64, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_aead_finish(&aead, output, 64, &length, tag, 16, &tag_length), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&aead));
}

static void pieces_of_nothing(void)
{
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
    uint8_t output[64];
    size_t length;
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_hash_update(&operation, NULL, 1), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_update(&operation, BYTES, 1), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&operation));
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_hash_update(&operation, BYTES, SIZE_MAX), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_hash_abort(&operation));
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_hash_finish(&operation, output, 64, NULL), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_hash_abort(&operation));
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_hash_finish(&operation, NULL, 32, &length), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_hash_abort(&operation));
}

/** More than any machine has memory for: the program goes on. */
static void lengths_that_nothing_has(void)
{
    const size_t huge = SIZE_MAX / 4;
    psa_key_id_t key = generated(951, PSA_KEY_TYPE_AES, 128, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT, PSA_ALG_GCM);
    uint8_t output[64];
    size_t length;
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, BYTES, huge, output, 64, &length), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_aead_decrypt(key, PSA_ALG_GCM, BYTES, 12, NULL, 0, BYTES, huge, output, 64, &length),
           PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_aead_encrypt(key, PSA_ALG_GCM, BYTES, huge, NULL, 0, BYTES, 16, output, 64, &length),
           PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_destroy_key(key));
}

int main(void)
{
    DONE(psa_crypto_init());
    nowhere();
    lengths_that_nothing_has();
    no_objects();
    objects_of_nobody();
    pieces_of_nothing();
    return expect_report();
}
