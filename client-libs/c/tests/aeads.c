/* Authenticated encryption, whole and in parts (PSA Crypto API 10.5). */

#include "expect.h"

/* McGrew and Viega, The Galois/Counter Mode of Operation, test case 4. */
static const uint8_t KEY[16] = { 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08 };
static const uint8_t NONCE[12] = { 0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88 };
static const uint8_t AD[20] = { 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed,
                                0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2 };
static const uint8_t TEXT[60] = { 0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5,
                                  0xaf, 0xf5, 0x26, 0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda,
                                  0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31, 0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95,
                                  0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49, 0xa6, 0xb5, 0x25,
                                  0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39 };
static const uint8_t SEALED[76] = { 0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7, 0x84,
                                    0xd0, 0xd4, 0x9c, 0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0, 0x35, 0xc1,
                                    0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e, 0x21, 0xd5, 0x14, 0xb2, 0x54, 0x66, 0x93,
                                    0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05, 0x1b, 0xa3, 0x0b, 0x39,
                                    0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91, 0x5b, 0xc9, 0x4f, 0xbc, 0x32,
                                    0x21, 0xa5, 0xdb, 0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47 };
static const uint8_t *const TAG = SEALED + 60;

#define BOTH (PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT)
#define GCM PSA_ALG_GCM

static void whole_texts(void)
{
    const psa_algorithm_t gcm8 = PSA_ALG_AEAD_WITH_SHORTENED_TAG(GCM, 8);
    psa_key_id_t key = imported(400, PSA_KEY_TYPE_AES, BOTH, GCM, KEY, sizeof KEY);
    uint8_t output[PSA_AEAD_ENCRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_AES, GCM, 60)], changed[76];
    size_t length;
    DONE(psa_aead_encrypt(key, GCM, NONCE, 12, AD, 20, TEXT, 60, output, sizeof output, &length));
    CHECK(length == 76);
    SAME(output, SEALED, 76);
    DONE(psa_aead_decrypt(key, GCM, NONCE, 12, AD, 20, SEALED, 76, output,
                          PSA_AEAD_DECRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_AES, GCM, 76), &length));
    CHECK(length == 60);
    SAME(output, TEXT, 60);
    memcpy(changed, SEALED, 76);
    changed[75] ^= 1;
    EXPECT(psa_aead_decrypt(key, GCM, NONCE, 12, AD, 20, changed, 76, output, sizeof output, &length),
           PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_aead_decrypt(key, GCM, NONCE, 12, AD, 19, SEALED, 76, output, sizeof output, &length),
           PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_aead_decrypt(key, GCM, NONCE, 12, AD, 20, SEALED, 15, output, sizeof output, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_encrypt(key, GCM, NONCE, 12, AD, 20, TEXT, 60, output, 75, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_aead_encrypt(key, GCM, NONCE, 0, AD, 20, TEXT, 60, output, 76, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_aead_encrypt(key, gcm8, NONCE, 12, AD, 20, TEXT, 60, output, 76, &length), PSA_ERROR_NOT_PERMITTED);
    /* Nothing, which has a tag too. */
    DONE(psa_aead_encrypt(key, GCM, NONCE, 12, NULL, 0, NULL, 0, output, 16, &length));
    CHECK(length == 16);
    DONE(psa_aead_decrypt(key, GCM, NONCE, 12, NULL, 0, output, 16, NULL, 0, &length));
    CHECK(length == 0);
    /* In the same buffer. */
    memcpy(output, TEXT, 60);
    DONE(psa_aead_encrypt(key, GCM, NONCE, 12, AD, 20, output, 60, output, 76, &length));
    SAME(output, SEALED, 76);
    DONE(psa_destroy_key(key));

    key = imported(400, PSA_KEY_TYPE_AES, BOTH, gcm8, KEY, sizeof KEY);
    DONE(psa_aead_encrypt(key, gcm8, NONCE, 12, AD, 20, TEXT, 60, output, 68, &length));
    CHECK(length == 68 && length == PSA_AEAD_ENCRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_AES, gcm8, 60));
    SAME(output, SEALED, 68);
    DONE(psa_destroy_key(key));
}

static void known_answer_in_parts(void)
{
    psa_key_id_t key = imported(401, PSA_KEY_TYPE_AES, BOTH, GCM, KEY, sizeof KEY);
    psa_aead_operation_t operation = PSA_AEAD_OPERATION_INIT;
    uint8_t output[PSA_AEAD_UPDATE_OUTPUT_SIZE(PSA_KEY_TYPE_AES, GCM, 60)], tag[PSA_AEAD_TAG_MAX_SIZE];
    size_t first, last, tag_length, i;

    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_lengths(&operation, 20, 60));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    DONE(psa_aead_update_ad(&operation, AD, 1));
    DONE(psa_aead_update_ad(&operation, AD + 1, 19));
    DONE(psa_aead_update(&operation, TEXT, 60, output, sizeof output, &first));
    DONE(psa_aead_finish(&operation, output + first, sizeof output - first, &last, tag, sizeof tag, &tag_length));
    CHECK(first + last == 60 && tag_length == PSA_AEAD_TAG_LENGTH(PSA_KEY_TYPE_AES, 128, GCM));
    SAME(output, SEALED, 60);
    SAME(tag, TAG, 16);

    DONE(psa_aead_decrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    DONE(psa_aead_update_ad(&operation, AD, 20));
    for (i = 0; i < 60; i++) {
        DONE(psa_aead_update(&operation, SEALED + i, 1, output, sizeof output, &first));
        CHECK(first == 0);
    }
    DONE(psa_aead_verify(&operation, output, sizeof output, &last, TAG, 16));
    CHECK(last == 60);
    SAME(output, TEXT, 60);

    /* A wrong tag, also one of another length, and another text. */
    for (i = 0; i < 3; i++) {
        DONE(psa_aead_decrypt_setup(&operation, key, GCM));
        DONE(psa_aead_set_nonce(&operation, NONCE, 12));
        DONE(psa_aead_update_ad(&operation, AD, 20));
        DONE(psa_aead_update(&operation, SEALED, i == 0 ? 59 : 60, output, sizeof output, &first));
        EXPECT(psa_aead_verify(&operation, output, sizeof output, &last, TAG - (i == 1 ? 1 : 0), i == 2 ? 15 : 16),
               PSA_ERROR_INVALID_SIGNATURE);
        EXPECT(psa_aead_verify(&operation, output, sizeof output, &last, TAG, 16), PSA_ERROR_BAD_STATE);
        DONE(psa_aead_abort(&operation));
    }
    DONE(psa_destroy_key(key));
}

static void states_are_insisted_on(void)
{
    psa_key_id_t key = imported(402, PSA_KEY_TYPE_AES, BOTH, GCM, KEY, sizeof KEY);
    psa_aead_operation_t operation = PSA_AEAD_OPERATION_INIT;
    uint8_t output[80], tag[16], nonce[PSA_AEAD_NONCE_MAX_SIZE];
    size_t length, tag_length, nonce_length;

    EXPECT(psa_aead_set_nonce(&operation, NONCE, 12), PSA_ERROR_BAD_STATE);
    EXPECT(psa_aead_encrypt_setup(&operation, 499, GCM), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CTR), PSA_ERROR_INVALID_ARGUMENT);
    /* A nonce first, and one only; lengths before it; additional data before the text. */
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    EXPECT(psa_aead_encrypt_setup(&operation, key, GCM), PSA_ERROR_BAD_STATE);
    EXPECT(psa_aead_update_ad(&operation, AD, 20), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    CHECK(nonce_length == PSA_AEAD_NONCE_LENGTH(PSA_KEY_TYPE_AES, GCM));
    EXPECT(psa_aead_set_nonce(&operation, NONCE, 12), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    EXPECT(psa_aead_set_lengths(&operation, 20, 60), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    DONE(psa_aead_update(&operation, TEXT, 1, output, sizeof output, &length));
    EXPECT(psa_aead_update_ad(&operation, AD, 20), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    /* Encryptions are finished, decryptions verified. */
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    EXPECT(psa_aead_verify(&operation, output, sizeof output, &length, TAG, 16), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_decrypt_setup(&operation, key, GCM));
    EXPECT(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_decrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    EXPECT(psa_aead_finish(&operation, output, sizeof output, &length, tag, sizeof tag, &tag_length), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    /* Room. */
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    EXPECT(psa_aead_generate_nonce(&operation, nonce, 11, &nonce_length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    DONE(psa_aead_update(&operation, TEXT, 60, output, sizeof output, &length));
    EXPECT(psa_aead_finish(&operation, output, 59, &length, tag, sizeof tag, &tag_length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, GCM));
    DONE(psa_aead_set_nonce(&operation, NONCE, 12));
    EXPECT(psa_aead_finish(&operation, output, 60, &length, tag, 15, &tag_length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_aead_abort(&operation));
    DONE(psa_destroy_key(key));
}

static void declared_lengths_are_kept_to(void)
{
    psa_key_id_t key = imported(403, PSA_KEY_TYPE_AES, BOTH, PSA_ALG_CCM, KEY, sizeof KEY);
    psa_aead_operation_t operation = PSA_AEAD_OPERATION_INIT;
    uint8_t output[80], tag[16], nonce[PSA_AEAD_NONCE_MAX_SIZE];
    size_t length, tag_length, nonce_length;
    /* CCM insists on them. */
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    EXPECT(psa_aead_set_nonce(&operation, NONCE, 12), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    EXPECT(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length), PSA_ERROR_BAD_STATE);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    EXPECT(psa_aead_set_lengths(&operation, 0, KEYSTEAD_PSA_MAX_MESSAGE_SIZE + 1), PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 20, 60));
    EXPECT(psa_aead_set_nonce(&operation, NONCE, 6), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 20, 60));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    EXPECT(psa_aead_update_ad(&operation, TEXT, 21), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 20, 60));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    DONE(psa_aead_update_ad(&operation, AD, 19));
    EXPECT(psa_aead_update(&operation, TEXT, 60, output, sizeof output, &length), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 0, 60));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    DONE(psa_aead_update(&operation, TEXT, 59, output, sizeof output, &length));
    EXPECT(psa_aead_finish(&operation, output, sizeof output, &length, tag, sizeof tag, &tag_length),
           PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_aead_abort(&operation));
    /* What was encrypted in parts is decrypted whole. */
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 20, 60));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    DONE(psa_aead_update_ad(&operation, AD, 20));
    DONE(psa_aead_update(&operation, TEXT, 60, output, sizeof output, &length));
    DONE(psa_aead_finish(&operation, output, sizeof output, &length, tag, sizeof tag, &tag_length));
    memcpy(output + 60, tag, 16);
    DONE(psa_aead_decrypt(key, PSA_ALG_CCM, nonce, nonce_length, AD, 20, output, 76, output, sizeof output, &length));
    CHECK(length == 60);
    SAME(output, TEXT, 60);
    DONE(psa_destroy_key(key));
}

/** CCM has 15 bytes for a nonce and the length of the text, so that the one is shorter where the other is longer. */
static void a_long_text_of_ccm_has_a_short_nonce(void)
{
    static uint8_t text[65536], output[65536 + 16];
    psa_key_id_t key = imported(404, PSA_KEY_TYPE_AES, BOTH, PSA_ALG_CCM, KEY, sizeof KEY);
    psa_aead_operation_t operation = PSA_AEAD_OPERATION_INIT;
    uint8_t tag[16], nonce[PSA_AEAD_NONCE_MAX_SIZE];
    size_t length, tag_length, nonce_length;
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 0, sizeof text));
    EXPECT(psa_aead_set_nonce(&operation, text, 13), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_aead_abort(&operation));
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 0, sizeof text));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    CHECK(nonce_length == 12);
    DONE(psa_aead_update(&operation, text, sizeof text, output, sizeof output, &length));
    DONE(psa_aead_finish(&operation, output, sizeof output, &length, tag, sizeof tag, &tag_length));
    memcpy(output + length, tag, tag_length);
    DONE(psa_aead_decrypt(key, PSA_ALG_CCM, nonce, nonce_length, NULL, 0, output, sizeof output, output, sizeof output,
                          &length));
    CHECK(length == sizeof text);
    SAME(output, text, sizeof text);
    DONE(psa_aead_encrypt_setup(&operation, key, PSA_ALG_CCM));
    DONE(psa_aead_set_lengths(&operation, 0, sizeof text - 1));
    DONE(psa_aead_generate_nonce(&operation, nonce, sizeof nonce, &nonce_length));
    CHECK(nonce_length == 13);
    DONE(psa_aead_abort(&operation));
    DONE(psa_destroy_key(key));
}

int main(void)
{
    DONE(psa_crypto_init());
    whole_texts();
    known_answer_in_parts();
    states_are_insisted_on();
    declared_lengths_are_kept_to();
    a_long_text_of_ccm_has_a_short_nonce();
    return expect_report();
}
