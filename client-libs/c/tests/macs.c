/* MACs, whole and in parts (PSA Crypto API 10.3). */

#include "expect.h"

/* RFC 4231 4.3, and NIST SP 800-38B D.1 (examples 2 and 3). */
static const uint8_t JEFE[] = { 'J', 'e', 'f', 'e' };
static const uint8_t QUESTION[] = "what do ya want for nothing?";
static const uint8_t HMAC_SHA256[32] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                         0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                         0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 };
static const uint8_t AES_KEY[16] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                     0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const uint8_t BLOCK[16] = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                   0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a };
static const uint8_t CMAC[16] = { 0x07, 0x0a, 0x16, 0xb4, 0x6b, 0x4d, 0x41, 0x44,
                                  0xf7, 0x9b, 0xdd, 0x9d, 0xd0, 0x4a, 0x28, 0x7c };

#define QUESTION_LENGTH (sizeof QUESTION - 1)
#define BOTH (PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_VERIFY_MESSAGE)

static void whole_messages(void)
{
    const psa_algorithm_t hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256), half = PSA_ALG_TRUNCATED_MAC(hmac, 16);
    psa_key_id_t key = imported(200, PSA_KEY_TYPE_HMAC, BOTH, hmac, JEFE, sizeof JEFE);
    uint8_t mac[PSA_MAC_MAX_SIZE];
    size_t length;
    DONE(psa_mac_compute(key, hmac, QUESTION, QUESTION_LENGTH, mac, PSA_MAC_LENGTH(PSA_KEY_TYPE_HMAC, 32, hmac), &length));
    CHECK(length == 32);
    SAME(mac, HMAC_SHA256, 32);
    DONE(psa_mac_verify(key, hmac, QUESTION, QUESTION_LENGTH, HMAC_SHA256, 32));
    EXPECT(psa_mac_verify(key, hmac, QUESTION, QUESTION_LENGTH - 1, HMAC_SHA256, 32), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_mac_verify(key, hmac, QUESTION, QUESTION_LENGTH, HMAC_SHA256, 31), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_mac_compute(key, hmac, QUESTION, QUESTION_LENGTH, mac, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_mac_compute(key, half, QUESTION, QUESTION_LENGTH, mac, sizeof mac, &length), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_mac_compute(key, PSA_ALG_SHA_256, QUESTION, QUESTION_LENGTH, mac, sizeof mac, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_destroy_key(key));

    key = imported(200, PSA_KEY_TYPE_HMAC, BOTH, half, JEFE, sizeof JEFE);
    DONE(psa_mac_compute(key, half, QUESTION, QUESTION_LENGTH, mac, 16, &length));
    CHECK(length == 16 && length == PSA_MAC_LENGTH(PSA_KEY_TYPE_HMAC, 32, half));
    SAME(mac, HMAC_SHA256, 16);
    DONE(psa_destroy_key(key));

    key = imported(200, PSA_KEY_TYPE_AES, BOTH, PSA_ALG_CMAC, AES_KEY, sizeof AES_KEY);
    DONE(psa_mac_compute(key, PSA_ALG_CMAC, BLOCK, sizeof BLOCK, mac, sizeof mac, &length));
    CHECK(length == PSA_MAC_LENGTH(PSA_KEY_TYPE_AES, 128, PSA_ALG_CMAC));
    SAME(mac, CMAC, 16);
    DONE(psa_destroy_key(key));
}

static void messages_in_parts(void)
{
    const psa_algorithm_t hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);
    psa_key_id_t key = imported(201, PSA_KEY_TYPE_HMAC, BOTH, hmac, JEFE, sizeof JEFE);
    psa_key_attributes_t attributes;
    psa_mac_operation_t operation = PSA_MAC_OPERATION_INIT;
    uint8_t mac[PSA_MAC_MAX_SIZE];
    size_t length, i;
    DONE(psa_mac_sign_setup(&operation, key, hmac));
    for (i = 0; i < QUESTION_LENGTH; i++) {
        DONE(psa_mac_update(&operation, QUESTION + i, 1));
    }
    DONE(psa_mac_sign_finish(&operation, mac, sizeof mac, &length));
    CHECK(length == 32);
    SAME(mac, HMAC_SHA256, 32);
    DONE(psa_mac_verify_setup(&operation, key, hmac));
    DONE(psa_mac_update(&operation, QUESTION, 10));
    DONE(psa_mac_update(&operation, QUESTION + 10, QUESTION_LENGTH - 10));
    DONE(psa_mac_verify_finish(&operation, HMAC_SHA256, 32));
    DONE(psa_mac_verify_setup(&operation, key, hmac));
    EXPECT(psa_mac_verify_finish(&operation, HMAC_SHA256, 32), PSA_ERROR_INVALID_SIGNATURE);
    DONE(psa_mac_abort(&operation));

    EXPECT(psa_mac_update(&operation, QUESTION, 1), PSA_ERROR_BAD_STATE);
    EXPECT(psa_mac_sign_finish(&operation, mac, sizeof mac, &length), PSA_ERROR_BAD_STATE);
    DONE(psa_mac_sign_setup(&operation, key, hmac));
    EXPECT(psa_mac_sign_setup(&operation, key, hmac), PSA_ERROR_BAD_STATE);
    EXPECT(psa_mac_verify_finish(&operation, HMAC_SHA256, 32), PSA_ERROR_BAD_STATE);
    DONE(psa_mac_abort(&operation));
    DONE(psa_mac_verify_setup(&operation, key, hmac));
    EXPECT(psa_mac_sign_finish(&operation, mac, sizeof mac, &length), PSA_ERROR_BAD_STATE);
    DONE(psa_mac_abort(&operation));
    DONE(psa_mac_sign_setup(&operation, key, hmac));
    EXPECT(psa_mac_sign_finish(&operation, mac, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_mac_abort(&operation));

    EXPECT(psa_mac_sign_setup(&operation, 299, hmac), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_mac_sign_setup(&operation, key, PSA_ALG_HMAC(PSA_ALG_SHA_512)), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_mac_sign_setup(&operation, key, PSA_ALG_GCM), PSA_ERROR_INVALID_ARGUMENT);
    /* A key that goes during an operation makes it fail. */
    DONE(psa_mac_sign_setup(&operation, key, hmac));
    DONE(psa_destroy_key(key));
    EXPECT(psa_mac_sign_finish(&operation, mac, sizeof mac, &length), PSA_ERROR_INVALID_HANDLE);
    DONE(psa_mac_abort(&operation));

    key = imported(201, PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_VERIFY_MESSAGE, hmac, JEFE, sizeof JEFE);
    EXPECT(psa_mac_sign_setup(&operation, key, hmac), PSA_ERROR_NOT_PERMITTED);
    DONE(psa_mac_verify_setup(&operation, key, hmac));
    DONE(psa_mac_abort(&operation));
    DONE(psa_destroy_key(key));
    /* A MAC that is longer than its hash. */
    attributes = attributes_of(201, PSA_KEY_TYPE_HMAC, 0, BOTH, PSA_ALG_TRUNCATED_MAC(hmac, 33));
    EXPECT(psa_import_key(&attributes, JEFE, sizeof JEFE, &key), PSA_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    DONE(psa_crypto_init());
    whole_messages();
    messages_in_parts();
    return expect_report();
}
