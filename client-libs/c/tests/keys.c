/* Keys: their attributes, their lives, and what is refused (PSA Crypto API 9). */

#include "expect.h"

static const uint8_t AES_KEY[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void attributes_are_what_was_set(void)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT, zeros, other = psa_key_attributes_init();
    memset(&zeros, 0, sizeof zeros);
    CHECK(psa_get_key_type(&attributes) == PSA_KEY_TYPE_NONE && psa_get_key_bits(&zeros) == 0);
    CHECK(psa_get_key_lifetime(&other) == PSA_KEY_LIFETIME_VOLATILE && psa_get_key_id(&other) == PSA_KEY_ID_NULL);
    CHECK(psa_get_key_usage_flags(&zeros) == 0 && psa_get_key_algorithm(&zeros) == PSA_ALG_NONE);

    /* An identifier makes a key persistent; a volatile key has none. */
    psa_set_key_id(&attributes, 7);
    CHECK(psa_get_key_lifetime(&attributes) == PSA_KEY_LIFETIME_PERSISTENT && psa_get_key_id(&attributes) == 7);
    psa_set_key_lifetime(&attributes, 0x80000201);
    psa_set_key_id(&attributes, 8);
    CHECK(psa_get_key_lifetime(&attributes) == 0x80000201);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_VOLATILE);
    CHECK(psa_get_key_id(&attributes) == PSA_KEY_ID_NULL);

    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_EXPORT);
    CHECK(psa_get_key_usage_flags(&attributes)
          == (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_EXPORT));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
    CHECK(psa_get_key_usage_flags(&attributes) == (PSA_KEY_USAGE_VERIFY_HASH | PSA_KEY_USAGE_VERIFY_MESSAGE));
    psa_reset_key_attributes(&attributes);
    CHECK(psa_get_key_usage_flags(&attributes) == 0);
}

static void nothing_is_done_before_the_beginning(void)
{
    psa_key_attributes_t attributes = attributes_of(1, PSA_KEY_TYPE_AES, 128, 0, PSA_ALG_NONE);
    psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
    psa_key_id_t key = 99;
    uint8_t output[32];
    size_t length;
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_BAD_STATE);
    CHECK(key == PSA_KEY_ID_NULL);
    EXPECT(psa_destroy_key(1), PSA_ERROR_BAD_STATE);
    EXPECT(psa_generate_random(output, sizeof output), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_compute(PSA_ALG_SHA_256, AES_KEY, 16, output, sizeof output, &length), PSA_ERROR_BAD_STATE);
    EXPECT(psa_hash_setup(&operation, PSA_ALG_SHA_256), PSA_ERROR_BAD_STATE);
    DONE(psa_hash_abort(&operation));
    DONE(psa_crypto_init());
    DONE(psa_crypto_init());
}

static void a_key_is_made_used_and_destroyed(void)
{
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes
        = attributes_of(100, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256, PSA_KEY_USAGE_SIGN_HASH, alg);
    psa_key_attributes_t found = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key, again;
    uint8_t public_key[PSA_EXPORT_PUBLIC_KEY_OUTPUT_SIZE(PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256)];
    uint8_t output[64];
    size_t length;

    DONE(psa_generate_key(&attributes, &key));
    CHECK(key == 100);
    EXPECT(psa_generate_key(&attributes, &again), PSA_ERROR_ALREADY_EXISTS);
    CHECK(again == PSA_KEY_ID_NULL);
    DONE(psa_get_key_attributes(key, &found));
    CHECK(psa_get_key_id(&found) == 100 && psa_get_key_lifetime(&found) == PSA_KEY_LIFETIME_PERSISTENT);
    CHECK(psa_get_key_type(&found) == PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1) && psa_get_key_bits(&found) == 256);
    CHECK(psa_get_key_usage_flags(&found) == (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_SIGN_MESSAGE));
    CHECK(psa_get_key_algorithm(&found) == alg);

    DONE(psa_export_public_key(key, public_key, sizeof public_key, &length));
    CHECK(length == sizeof public_key && public_key[0] == 4);
    EXPECT(psa_export_public_key(key, public_key, sizeof public_key - 1, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    CHECK(length == 0);
    EXPECT(psa_export_key(key, output, sizeof output, &length), PSA_ERROR_NOT_PERMITTED);

    DONE(psa_purge_key(key));
    DONE(psa_destroy_key(key));
    EXPECT(psa_destroy_key(key), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_purge_key(key), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_export_public_key(key, public_key, sizeof public_key, &length), PSA_ERROR_INVALID_HANDLE);
    EXPECT(psa_get_key_attributes(key, &found), PSA_ERROR_INVALID_HANDLE);
    CHECK(psa_get_key_type(&found) == PSA_KEY_TYPE_NONE && psa_get_key_id(&found) == PSA_KEY_ID_NULL);
    DONE(psa_generate_key(&attributes, &key));
    DONE(psa_destroy_key(key));
}

static void identifiers_that_are_none_are_refused(void)
{
    static const psa_key_id_t NONE[] = { PSA_KEY_ID_NULL, PSA_KEY_ID_USER_MAX, PSA_KEY_ID_VENDOR_MIN,
                                         PSA_KEY_ID_VENDOR_MAX, 0x80000000, 0xffffffff };
    uint8_t output[64] = { 0 };
    size_t length, i;
    for (i = 0; i < sizeof NONE / sizeof *NONE; i++) {
        EXPECT(psa_export_key(NONE[i], output, sizeof output, &length), PSA_ERROR_INVALID_HANDLE);
        EXPECT(psa_mac_compute(NONE[i], PSA_ALG_CMAC, output, 1, output, sizeof output, &length),
               PSA_ERROR_INVALID_HANDLE);
        EXPECT(psa_destroy_key(NONE[i]), NONE[i] == PSA_KEY_ID_NULL ? PSA_SUCCESS : PSA_ERROR_INVALID_HANDLE);
    }
}

static void a_key_is_imported_and_exported(void)
{
    const psa_key_usage_t usage = PSA_KEY_USAGE_EXPORT | PSA_KEY_USAGE_ENCRYPT;
    psa_key_id_t key = imported(101, PSA_KEY_TYPE_AES, usage, PSA_ALG_CTR, AES_KEY, sizeof AES_KEY), other;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t data[16];
    size_t length;
    DONE(psa_get_key_attributes(key, &attributes));
    CHECK(psa_get_key_bits(&attributes) == 128 && psa_get_key_usage_flags(&attributes) == usage);
    DONE(psa_export_key(key, data, sizeof data, &length));
    CHECK(length == 16);
    SAME(data, AES_KEY, 16);
    EXPECT(psa_export_key(key, data, 15, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_export_public_key(key, data, sizeof data, &length), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_destroy_key(key));

    /* What is wrong with material, and with attributes. */
    attributes = attributes_of(101, PSA_KEY_TYPE_AES, 256, usage, PSA_ALG_CTR);
    EXPECT(psa_import_key(&attributes, AES_KEY, 16, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_AES, 0, usage, PSA_ALG_CTR);
    EXPECT(psa_import_key(&attributes, AES_KEY, 0, &key), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_import_key(&attributes, AES_KEY, 15, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_NONE, 0, usage, PSA_ALG_CTR);
    EXPECT(psa_import_key(&attributes, AES_KEY, 16, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_AES, 0, 0x40000000, PSA_ALG_CTR);
    EXPECT(psa_import_key(&attributes, AES_KEY, 16, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_ARIA, 0, usage, PSA_ALG_CTR);
    EXPECT(psa_import_key(&attributes, AES_KEY, 16, &key), PSA_ERROR_NOT_SUPPORTED);
    attributes = attributes_of(101, PSA_KEY_TYPE_DERIVE, 0, PSA_KEY_USAGE_DERIVE, PSA_ALG_PBKDF2_HMAC(PSA_ALG_SHA_256));
    EXPECT(psa_import_key(&attributes, AES_KEY, 16, &key), PSA_ERROR_NOT_SUPPORTED);
    attributes = attributes_of(101, PSA_KEY_TYPE_AES, 65536 * 8, usage, PSA_ALG_CTR);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_AES, 0, usage, PSA_ALG_CTR);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
    attributes = attributes_of(101, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048, PSA_KEY_USAGE_VERIFY_HASH,
                               PSA_ALG_RSA_PSS(PSA_ALG_SHA_256));
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
    /* Too weak for a new key, here. */
    attributes = attributes_of(101, PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, PSA_KEY_USAGE_SIGN_HASH,
                               PSA_ALG_RSA_PSS(PSA_ALG_SHA_256));
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_generate_key(NULL, &other), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_generate_key(&attributes, NULL), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_get_key_attributes(101, &attributes), PSA_ERROR_INVALID_HANDLE);
}

static void locations_are_providers(void)
{
    psa_key_attributes_t attributes = attributes_of(102, PSA_KEY_TYPE_AES, 128, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CTR);
    psa_key_id_t key;
    const psa_key_location_t software = KEYSTEAD_KEY_LOCATION_OF_PROVIDER(1);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(PSA_KEY_PERSISTENCE_DEFAULT, software));
    DONE(psa_generate_key(&attributes, &key));
    DONE(psa_get_key_attributes(key, &attributes));
    /* The first provider is the local storage. */
    CHECK(psa_get_key_lifetime(&attributes) == PSA_KEY_LIFETIME_PERSISTENT);
    DONE(psa_destroy_key(key));

    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                          PSA_KEY_PERSISTENCE_DEFAULT, KEYSTEAD_KEY_LOCATION_OF_PROVIDER(2)));
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                          PSA_KEY_PERSISTENCE_DEFAULT, PSA_KEY_LOCATION_PRIMARY_SECURE_ELEMENT));
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_NOT_SUPPORTED);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
                                          PSA_KEY_PERSISTENCE_READ_ONLY, PSA_KEY_LOCATION_LOCAL_STORAGE));
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_NOT_SUPPORTED);
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_PERSISTENT);
    psa_set_key_id(&attributes, PSA_KEY_ID_VENDOR_MIN);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
    psa_set_key_id(&attributes, PSA_KEY_ID_NULL);
    EXPECT(psa_generate_key(&attributes, &key), PSA_ERROR_INVALID_ARGUMENT);
}

static void a_copy_may_do_what_both_policies_permit(void)
{
    const psa_algorithm_t any = PSA_ALG_ECDSA(PSA_ALG_ANY_HASH), sha256 = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    const psa_key_type_t pair = PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1);
    psa_key_id_t source = generated(110, pair, 256,
                                    PSA_KEY_USAGE_COPY | PSA_KEY_USAGE_EXPORT | PSA_KEY_USAGE_SIGN_HASH, any);
    psa_key_attributes_t attributes = attributes_of(111, PSA_KEY_TYPE_NONE, 0,
                                                    PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH, sha256);
    psa_key_id_t copy, other;
    uint8_t public_of_source[65], public_of_copy[65];
    size_t length;
    DONE(psa_copy_key(source, &attributes, &copy));
    CHECK(copy == 111);
    DONE(psa_get_key_attributes(copy, &attributes));
    CHECK(psa_get_key_type(&attributes) == pair && psa_get_key_bits(&attributes) == 256);
    CHECK(psa_get_key_algorithm(&attributes) == sha256);
    CHECK(psa_get_key_usage_flags(&attributes) == (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_SIGN_MESSAGE));
    DONE(psa_export_public_key(source, public_of_source, 65, &length));
    DONE(psa_export_public_key(copy, public_of_copy, 65, &length));
    SAME(public_of_source, public_of_copy, 65);

    psa_set_key_id(&attributes, 112);
    EXPECT(psa_copy_key(copy, &attributes, &other), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_copy_key(113, &attributes, &other), PSA_ERROR_INVALID_HANDLE);
    psa_set_key_algorithm(&attributes, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256));
    EXPECT(psa_copy_key(source, &attributes, &other), PSA_ERROR_INVALID_ARGUMENT);
    psa_set_key_algorithm(&attributes, any);
    psa_set_key_bits(&attributes, 384);
    EXPECT(psa_copy_key(source, &attributes, &other), PSA_ERROR_INVALID_ARGUMENT);
    psa_set_key_bits(&attributes, 256);
    psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
    EXPECT(psa_copy_key(source, &attributes, &other), PSA_ERROR_INVALID_ARGUMENT);
    psa_set_key_type(&attributes, pair);
    psa_set_key_id(&attributes, 110);
    EXPECT(psa_copy_key(source, &attributes, &other), PSA_ERROR_ALREADY_EXISTS);
    CHECK(other == PSA_KEY_ID_NULL);
    DONE(psa_destroy_key(source));
    DONE(psa_destroy_key(copy));

    /* The service has no copies of its own, and gives out no key that may not leave. */
    source = generated(110, pair, 256, PSA_KEY_USAGE_COPY | PSA_KEY_USAGE_SIGN_HASH, any);
    psa_set_key_id(&attributes, 111);
    EXPECT(psa_copy_key(source, &attributes, &other), PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_destroy_key(source));

    /* A public key may always leave, so that COPY alone is enough. */
    source = imported(110, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1),
                      PSA_KEY_USAGE_COPY | PSA_KEY_USAGE_VERIFY_HASH, any, public_of_source, 65);
    DONE(psa_export_key(source, public_of_copy, 65, &length));
    SAME(public_of_copy, public_of_source, 65);
    attributes = attributes_of(111, PSA_KEY_TYPE_NONE, 0, PSA_KEY_USAGE_VERIFY_HASH, sha256);
    DONE(psa_copy_key(source, &attributes, &copy));
    DONE(psa_destroy_key(source));
    DONE(psa_destroy_key(copy));
}

static void random_bytes_come_in_any_number(void)
{
    static uint8_t large[2500000];
    uint8_t one[32], other[32];
    size_t i, last = 0;
    DONE(psa_generate_random(one, sizeof one));
    DONE(psa_generate_random(other, sizeof other));
    CHECK(memcmp(one, other, sizeof one) != 0);
    DONE(psa_generate_random(NULL, 0));
    EXPECT(psa_generate_random(NULL, 1), PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_generate_random(large, sizeof large));
    for (i = sizeof large - 64; i < sizeof large; i++) {
        last |= large[i];
    }
    CHECK(last != 0);
}

int main(void)
{
    attributes_are_what_was_set();
    nothing_is_done_before_the_beginning();
    a_key_is_made_used_and_destroyed();
    identifiers_that_are_none_are_refused();
    a_key_is_imported_and_exported();
    locations_are_providers();
    a_copy_may_do_what_both_policies_permit();
    random_bytes_come_in_any_number();
    return expect_report();
}
