/* Hashes, whole and in parts (PSA Crypto API 10.2). */

#include "expect.h"

/* FIPS 180-4, of "abc". */
static const uint8_t SHA256_ABC[32] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
/* The same, of nothing. */
static const uint8_t SHA256_EMPTY[32] = { 0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                          0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                          0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 };
static const uint8_t ABC[] = { 'a', 'b', 'c' };

static void whole_messages(void)
{
    static const psa_algorithm_t ALL[] = { PSA_ALG_MD5,         PSA_ALG_RIPEMD160, PSA_ALG_SHA_1,    PSA_ALG_SHA_224,
                                           PSA_ALG_SHA_256,     PSA_ALG_SHA_384,   PSA_ALG_SHA_512,  PSA_ALG_SHA_512_224,
                                           PSA_ALG_SHA_512_256, PSA_ALG_SHA3_224,  PSA_ALG_SHA3_256, PSA_ALG_SHA3_384,
                                           PSA_ALG_SHA3_512 };
    uint8_t hash[PSA_HASH_MAX_SIZE];
    size_t length, i;
    for (i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        DONE(psa_hash_compute(ALL[i], ABC, 3, hash, PSA_HASH_LENGTH(ALL[i]), &length));
        CHECK(length == PSA_HASH_LENGTH(ALL[i]));
        DONE(psa_hash_compare(ALL[i], ABC, 3, hash, length));
        EXPECT(psa_hash_compute(ALL[i], ABC, 3, hash, PSA_HASH_LENGTH(ALL[i]) - 1, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    }
    DONE(psa_hash_compute(PSA_ALG_SHA_256, ABC, 3, hash, sizeof hash, &length));
    SAME(hash, SHA256_ABC, 32);
    DONE(psa_hash_compute(PSA_ALG_SHA_256, NULL, 0, hash, sizeof hash, &length));
    SAME(hash, SHA256_EMPTY, 32);
    EXPECT(psa_hash_compare(PSA_ALG_SHA_256, ABC, 3, hash, 32), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_hash_compare(PSA_ALG_SHA_256, ABC, 3, SHA256_ABC, 31), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_hash_compute(PSA_ALG_SM3, ABC, 3, hash, sizeof hash, &length), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_hash_compute(PSA_ALG_ANY_HASH, ABC, 3, hash, sizeof hash, &length), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_hash_compute(PSA_ALG_HMAC(PSA_ALG_SHA_256), ABC, 3, hash, sizeof hash, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, ABC, 3, hash, sizeof hash, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, NULL, 3, hash, sizeof hash, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, ABC, SIZE_MAX, hash, sizeof hash, &length), PSA_ERROR_INVALID_ARGUMENT);
}

static void messages_in_parts(void)
{
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT, copy = psa_hash_operation_init(), zeros;
    uint8_t hash[PSA_HASH_MAX_SIZE];
    size_t length, i;
    memset(&zeros, 0, sizeof zeros);

    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    for (i = 0; i < 3; i++) {
        DONE(psa_hash_update(&operation, ABC + i, 1));
        DONE(psa_hash_update(&operation, NULL, 0));
    }
    DONE(psa_hash_clone(&operation, &copy));
    DONE(psa_hash_update(&copy, ABC, 3));
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    CHECK(length == 32);
    SAME(hash, SHA256_ABC, 32);
    EXPECT(psa_hash_verify(&copy, SHA256_ABC, 32), PSA_ERROR_INVALID_SIGNATURE);
    DONE(psa_hash_abort(&copy));

    /* One that ended can begin anew, as can one that was aborted, and one of zeros. */
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    SAME(hash, SHA256_EMPTY, 32);
    DONE(psa_hash_setup(&zeros, PSA_ALG_SHA_256));
    DONE(psa_hash_update(&zeros, ABC, 3));
    DONE(psa_hash_abort(&zeros));
    DONE(psa_hash_abort(&zeros));
    DONE(psa_hash_setup(&zeros, PSA_ALG_SHA_256));
    DONE(psa_hash_update(&zeros, ABC, 3));
    DONE(psa_hash_verify(&zeros, SHA256_ABC, 32));
}

static void states_are_insisted_on(void)
{
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT, other = PSA_HASH_OPERATION_INIT;
    uint8_t hash[PSA_HASH_MAX_SIZE];
    size_t length;
    EXPECT(psa_hash_update(&operation, ABC, 3), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_finish(&operation, hash, sizeof hash, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_verify(&operation, hash, 32), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_clone(&operation, &other), PSA_ERROR_BAD_STATE);
    /* What cannot begin leaves the object as it was. */
    EXPECT(psa_hash_setup(&operation, PSA_ALG_SM3), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_hash_setup(&operation, PSA_ALG_CTR), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_hash_setup(&operation, PSA_ALG_SHA_256), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_clone(&other, &operation), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_clone(&operation, &other));
    EXPECT(psa_hash_clone(&operation, &other), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&other));
    /* After an error there is nothing to do but to abort. */
    EXPECT(psa_hash_finish(&operation, hash, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_hash_finish(&operation, hash, sizeof hash, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_setup(&operation, PSA_ALG_SHA_256), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&operation));
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    /* A copy of the object is the same operation, and ends with it. */
    other = operation;
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    EXPECT(psa_hash_update(&other, ABC, 3), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&other));
    EXPECT(psa_hash_setup(NULL, PSA_ALG_SHA_256), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_hash_abort(NULL), PSA_ERROR_INVALID_ARGUMENT);
    /* An object of another kind, though nobody should do that. */
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    EXPECT(psa_mac_update((psa_mac_operation_t *)&operation, ABC, 3), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_suspend(&operation, hash, sizeof hash, &length), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_hash_update(&operation, ABC, 3), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&operation));
    EXPECT(psa_hash_suspend(&operation, hash, sizeof hash, &length), PSA_ERROR_BAD_STATE);
}

static void messages_have_a_limit(void)
{
    static uint8_t large[KEYSTEAD_PSA_MAX_MESSAGE_SIZE + 100000];
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
    uint8_t hash[PSA_HASH_MAX_SIZE], whole[PSA_HASH_MAX_SIZE];
    size_t length;
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    DONE(psa_hash_update(&operation, large, 999999));
    DONE(psa_hash_update(&operation, large, 1));
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    DONE(psa_hash_compute(PSA_ALG_SHA_256, large, KEYSTEAD_PSA_MAX_MESSAGE_SIZE, whole, sizeof whole, &length));
    SAME(hash, whole, 32);
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    DONE(psa_hash_update(&operation, large, KEYSTEAD_PSA_MAX_MESSAGE_SIZE));
    EXPECT(psa_hash_update(&operation, large, 1), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_hash_finish(&operation, hash, sizeof hash, &length), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&operation));
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, large, sizeof large, hash, sizeof hash, &length), PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_hash_compute(PSA_ALG_SHA_256, ABC, 3, hash, sizeof hash, &length));
    SAME(hash, SHA256_ABC, 32);
}

int main(void)
{
    DONE(psa_crypto_init());
    whole_messages();
    messages_in_parts();
    states_are_insisted_on();
    messages_have_a_limit();
    return expect_report();
}
