/* Encryption without authentication, whole and in parts (PSA Crypto API 10.4). */

#include "expect.h"

/* NIST SP 800-38A F.2.1 (CBC), F.5.1 (CTR), F.3.13 (CFB), F.4.1 (OFB) and F.1.1 (ECB): two blocks of each. */
static const uint8_t KEY[16] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const uint8_t IV[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t COUNTER[16] = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
                                     0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };
static const uint8_t TEXT[32] = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e,
                                  0x11, 0x73, 0x93, 0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03,
                                  0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51 };

struct mode {
    psa_algorithm_t alg;
    const uint8_t *iv;
    uint8_t sealed[32];
};

static const struct mode MODES[] = {
    { PSA_ALG_CBC_NO_PADDING,
      IV,
      { 0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46, 0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d,
        0x50, 0x86, 0xcb, 0x9b, 0x50, 0x72, 0x19, 0xee, 0x95, 0xdb, 0x11, 0x3a, 0x91, 0x76, 0x78, 0xb2 } },
    { PSA_ALG_CTR,
      COUNTER,
      { 0x87, 0x4d, 0x61, 0x91, 0xb6, 0x20, 0xe3, 0x26, 0x1b, 0xef, 0x68, 0x64, 0x99, 0x0d, 0xb6, 0xce,
        0x98, 0x06, 0xf6, 0x6b, 0x79, 0x70, 0xfd, 0xff, 0x86, 0x17, 0x18, 0x7b, 0xb9, 0xff, 0xfd, 0xff } },
    { PSA_ALG_CFB,
      IV,
      { 0x3b, 0x3f, 0xd9, 0x2e, 0xb7, 0x2d, 0xad, 0x20, 0x33, 0x34, 0x49, 0xf8, 0xe8, 0x3c, 0xfb, 0x4a,
        0xc8, 0xa6, 0x45, 0x37, 0xa0, 0xb3, 0xa9, 0x3f, 0xcd, 0xe3, 0xcd, 0xad, 0x9f, 0x1c, 0xe5, 0x8b } },
    { PSA_ALG_OFB,
      IV,
      { 0x3b, 0x3f, 0xd9, 0x2e, 0xb7, 0x2d, 0xad, 0x20, 0x33, 0x34, 0x49, 0xf8, 0xe8, 0x3c, 0xfb, 0x4a,
        0x77, 0x89, 0x50, 0x8d, 0x16, 0x91, 0x8f, 0x03, 0xf5, 0x3c, 0x52, 0xda, 0xc5, 0x4e, 0xd8, 0x25 } },
    { PSA_ALG_ECB_NO_PADDING,
      NULL,
      { 0x3a, 0xd7, 0x7b, 0xb4, 0x0d, 0x7a, 0x36, 0x60, 0xa8, 0x9e, 0xca, 0xf3, 0x24, 0x66, 0xef, 0x97,
        0xf5, 0xd3, 0xd5, 0x85, 0x03, 0xb9, 0x69, 0x9d, 0xe7, 0x85, 0x89, 0x5a, 0x96, 0xfd, 0xba, 0xaf } },
};

#define BOTH (PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT)

static void known_answers_in_parts(void)
{
    size_t i;
    for (i = 0; i < sizeof MODES / sizeof *MODES; i++) {
        const struct mode *mode = &MODES[i];
        psa_key_id_t key = imported(300, PSA_KEY_TYPE_AES, BOTH, mode->alg, KEY, sizeof KEY);
        psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
        uint8_t output[48];
        size_t first, second, last, at;
        DONE(psa_cipher_encrypt_setup(&operation, key, mode->alg));
        if (mode->iv != NULL) {
            DONE(psa_cipher_set_iv(&operation, mode->iv, 16));
        }
        DONE(psa_cipher_update(&operation, TEXT, 5, output, sizeof output, &first));
        DONE(psa_cipher_update(&operation, TEXT + 5, 27, output + first, sizeof output - first, &second));
        at = first + second;
        DONE(psa_cipher_finish(&operation, output + at, sizeof output - at, &last));
        CHECK(at + last == 32);
        SAME(output, mode->sealed, 32);

        DONE(psa_cipher_decrypt_setup(&operation, key, mode->alg));
        if (mode->iv != NULL) {
            DONE(psa_cipher_set_iv(&operation, mode->iv, 16));
        }
        DONE(psa_cipher_update(&operation, mode->sealed, 32, output, sizeof output, &first));
        DONE(psa_cipher_finish(&operation, output + first, sizeof output - first, &last));
        CHECK(first + last == 32);
        SAME(output, TEXT, 32);
        DONE(psa_destroy_key(key));
    }
}

static void whole_texts_begin_with_their_iv(void)
{
    static const psa_algorithm_t ALL[] = { PSA_ALG_CBC_PKCS7, PSA_ALG_CBC_NO_PADDING, PSA_ALG_CTR, PSA_ALG_CFB,
                                           PSA_ALG_OFB, PSA_ALG_ECB_NO_PADDING };
    size_t i;
    for (i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        psa_key_id_t key = imported(301, PSA_KEY_TYPE_AES, BOTH, ALL[i], KEY, sizeof KEY);
        uint8_t sealed[PSA_CIPHER_ENCRYPT_OUTPUT_MAX_SIZE(32)], text[PSA_CIPHER_DECRYPT_OUTPUT_MAX_SIZE(64)];
        size_t sealed_length, length, size;
        for (size = 0; size <= 32; size += 16) {
            size_t wanted = PSA_CIPHER_ENCRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_AES, ALL[i], size);
            DONE(psa_cipher_encrypt(key, ALL[i], TEXT, size, sealed, wanted, &sealed_length));
            CHECK(sealed_length == wanted);
            DONE(psa_cipher_decrypt(key, ALL[i], sealed, sealed_length, text,
                                    PSA_CIPHER_DECRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_AES, ALL[i], sealed_length), &length));
            CHECK(length == size);
            SAME(text, TEXT, size);
        }
        EXPECT(psa_cipher_encrypt(key, ALL[i], TEXT, 32, sealed, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
        EXPECT(psa_cipher_decrypt(key, ALL[i], sealed, sealed_length, text, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
        DONE(psa_destroy_key(key));
    }
}

static void arguments_are_looked_at(void)
{
    const psa_algorithm_t cbc = PSA_ALG_CBC_NO_PADDING;
    psa_key_id_t key = imported(302, PSA_KEY_TYPE_AES, BOTH, cbc, KEY, sizeof KEY);
    uint8_t output[64];
    size_t length;
    EXPECT(psa_cipher_encrypt(key, cbc, TEXT, 31, output, sizeof output, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_decrypt(key, cbc, TEXT, 15, output, sizeof output, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_encrypt(key, PSA_ALG_CTR, TEXT, 32, output, sizeof output, &length), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_cipher_encrypt(key, PSA_ALG_GCM, TEXT, 32, output, sizeof output, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_cipher_encrypt(key, PSA_ALG_CCM_STAR_NO_TAG, TEXT, 32, output, sizeof output, &length),
           PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_destroy_key(key));
    key = imported(302, PSA_KEY_TYPE_AES, PSA_KEY_USAGE_DECRYPT, PSA_ALG_CBC_PKCS7, KEY, sizeof KEY);
    EXPECT(psa_cipher_encrypt(key, PSA_ALG_CBC_PKCS7, TEXT, 32, output, sizeof output, &length), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_cipher_decrypt(key, PSA_ALG_CBC_PKCS7, TEXT, 32, output, sizeof output, &length),
           PSA_ERROR_INVALID_PADDING);
    DONE(psa_destroy_key(key));
}

static void states_are_insisted_on(void)
{
    const psa_algorithm_t cbc = PSA_ALG_CBC_PKCS7;
    psa_key_id_t key = imported(303, PSA_KEY_TYPE_AES, BOTH, cbc, KEY, sizeof KEY);
    psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
    uint8_t output[64], iv[PSA_CIPHER_IV_MAX_SIZE];
    size_t length, iv_length;

    EXPECT(psa_cipher_set_iv(&operation, IV, 16), PSA_ERROR_BAD_STATE);
    EXPECT(psa_cipher_update(&operation, TEXT, 1, output, sizeof output, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_cipher_finish(&operation, output, sizeof output, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_cipher_encrypt_setup(&operation, 399, cbc), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_CTR), PSA_ERROR_NOT_PERMITTED);
    /* An IV first, and one only. */
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    EXPECT(psa_cipher_encrypt_setup(&operation, key, cbc), PSA_ERROR_BAD_STATE);
    EXPECT(psa_cipher_update(&operation, TEXT, 1, output, sizeof output, &length), PSA_ERROR_BAD_STATE);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    EXPECT(psa_cipher_generate_iv(&operation, iv, 15, &iv_length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_cipher_generate_iv(&operation, iv, 16, &iv_length), PSA_ERROR_BAD_STATE);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    EXPECT(psa_cipher_set_iv(&operation, IV, 12), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    DONE(psa_cipher_generate_iv(&operation, iv, sizeof iv, &iv_length));
    CHECK(iv_length == PSA_CIPHER_IV_LENGTH(PSA_KEY_TYPE_AES, cbc));
    DONE(psa_cipher_update(&operation, TEXT, 20, output, sizeof output, &length));
    DONE(psa_cipher_finish(&operation, output + length, sizeof output - length, &length));
    CHECK(length == 32);
    /* Decryptions get their IV from who encrypted. */
    DONE(psa_cipher_decrypt_setup(&operation, key, cbc));
    EXPECT(psa_cipher_generate_iv(&operation, iv, sizeof iv, &iv_length), PSA_ERROR_BAD_STATE);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_decrypt_setup(&operation, key, cbc));
    DONE(psa_cipher_set_iv(&operation, iv, 16));
    DONE(psa_cipher_update(&operation, output, 32, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, output, sizeof output, &length));
    CHECK(length == 20);
    SAME(output, TEXT, 20);
    /* Of nothing there is a block of padding. */
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    DONE(psa_cipher_set_iv(&operation, IV, 16));
    DONE(psa_cipher_finish(&operation, output, 16, &length));
    CHECK(length == 16);
    DONE(psa_cipher_decrypt_setup(&operation, key, cbc));
    DONE(psa_cipher_set_iv(&operation, IV, 16));
    DONE(psa_cipher_update(&operation, output, 16, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, NULL, 0, &length));
    CHECK(length == 0);
    DONE(psa_cipher_encrypt_setup(&operation, key, cbc));
    DONE(psa_cipher_set_iv(&operation, IV, 16));
    EXPECT(psa_cipher_finish(&operation, output, 15, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_destroy_key(key));

    /* A mode without an IV, and texts that are not of whole blocks. */
    key = imported(303, PSA_KEY_TYPE_AES, BOTH, PSA_ALG_ECB_NO_PADDING, KEY, sizeof KEY);
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_ECB_NO_PADDING));
    EXPECT(psa_cipher_set_iv(&operation, IV, 16), PSA_ERROR_BAD_STATE);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_ECB_NO_PADDING));
    DONE(psa_cipher_update(&operation, TEXT, 17, output, sizeof output, &length));
    EXPECT(psa_cipher_finish(&operation, output, sizeof output, &length), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_destroy_key(key));
}

static void ctr_takes_short_ivs_and_chacha20_twelve_bytes(void)
{
    static const uint8_t PADDED[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0 };
    psa_key_id_t key = imported(304, PSA_KEY_TYPE_AES, BOTH, PSA_ALG_CTR, KEY, sizeof KEY);
    psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
    uint8_t one[32], other[32];
    size_t length;
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_CTR));
    DONE(psa_cipher_set_iv(&operation, IV, 12));
    DONE(psa_cipher_update(&operation, TEXT, 32, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, one, 32, &length));
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_CTR));
    DONE(psa_cipher_set_iv(&operation, PADDED, 16));
    DONE(psa_cipher_update(&operation, TEXT, 32, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, other, 32, &length));
    SAME(one, other, 32);
    DONE(psa_destroy_key(key));

    key = generated(304, PSA_KEY_TYPE_CHACHA20, 256, BOTH, PSA_ALG_STREAM_CIPHER);
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_STREAM_CIPHER));
    EXPECT(psa_cipher_set_iv(&operation, IV, 16), PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_cipher_abort(&operation));
    DONE(psa_cipher_encrypt_setup(&operation, key, PSA_ALG_STREAM_CIPHER));
    DONE(psa_cipher_set_iv(&operation, IV, 12));
    DONE(psa_cipher_update(&operation, TEXT, 21, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, one, 32, &length));
    CHECK(length == 21);
    DONE(psa_cipher_decrypt_setup(&operation, key, PSA_ALG_STREAM_CIPHER));
    DONE(psa_cipher_set_iv(&operation, IV, 12));
    DONE(psa_cipher_update(&operation, one, 21, NULL, 0, &length));
    DONE(psa_cipher_finish(&operation, other, 32, &length));
    CHECK(length == 21);
    SAME(other, TEXT, 21);
    EXPECT(psa_cipher_decrypt(key, PSA_ALG_STREAM_CIPHER, NULL, 0, other, 32, &length), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_destroy_key(key));
}

int main(void)
{
    DONE(psa_crypto_init());
    known_answers_in_parts();
    whole_texts_begin_with_their_iv();
    arguments_are_looked_at();
    states_are_insisted_on();
    ctr_takes_short_ivs_and_chacha20_twelve_bytes();
    return expect_report();
}
