/* Signatures, asymmetric encryption and key agreement (PSA Crypto API 10.7 to 10.9). */

#include "expect.h"

#define PAIR PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define BOTH (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)

/* RFC 6979 A.2.5: a key of P-256, and what it signs "sample" with, SHA-256. */
static const uint8_t PRIVATE_KEY[32] = { 0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21,
                                         0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8,
                                         0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21 };
static const uint8_t SAMPLE[6] = { 's', 'a', 'm', 'p', 'l', 'e' };
static const uint8_t SIGNATURE[64]
    = { 0xef, 0xd4, 0x8b, 0x2a, 0xac, 0xb6, 0xa8, 0xfd, 0x11, 0x40, 0xdd, 0x9c, 0xd4, 0x5e, 0x81, 0xd6,
        0x9d, 0x2c, 0x87, 0x7b, 0x56, 0xaa, 0xf9, 0x91, 0xc3, 0x4d, 0x0e, 0xa8, 0x4e, 0xaf, 0x37, 0x16,
        0xf7, 0xcb, 0x1c, 0x94, 0x2d, 0x65, 0x7c, 0x41, 0xd4, 0x36, 0xc7, 0xa1, 0xb6, 0xe2, 0x9f, 0x65,
        0xf3, 0xe9, 0x00, 0xdb, 0xb9, 0xaf, 0xf4, 0x06, 0x4d, 0xc4, 0xab, 0x2f, 0x84, 0x3a, 0xcd, 0xa8 };

static void known_signature(void)
{
    const psa_algorithm_t alg = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256);
    psa_key_id_t key = imported(500, PAIR, BOTH, alg, PRIVATE_KEY, sizeof PRIVATE_KEY);
    uint8_t signature[PSA_SIGN_OUTPUT_SIZE(PAIR, 256, PSA_ALG_ECDSA_ANY)], hash[32];
    size_t length;
    DONE(psa_sign_message(key, alg, SAMPLE, 6, signature, sizeof signature, &length));
    CHECK(length == 64);
    SAME(signature, SIGNATURE, 64);
    DONE(psa_hash_compute(PSA_ALG_SHA_256, SAMPLE, 6, hash, sizeof hash, &length));
    DONE(psa_sign_hash(key, alg, hash, 32, signature, sizeof signature, &length));
    SAME(signature, SIGNATURE, 64);
    DONE(psa_verify_hash(key, alg, hash, 32, SIGNATURE, 64));
    DONE(psa_destroy_key(key));
}

static void signatures(void)
{
    const psa_algorithm_t any = PSA_ALG_ECDSA(PSA_ALG_ANY_HASH), sha256 = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_id_t key = generated(501, PAIR, 256, BOTH, any), other;
    uint8_t signature[PSA_SIGNATURE_MAX_SIZE], public_key[65], hash[32] = { 1 };
    size_t length, public_length;
    DONE(psa_sign_message(key, sha256, SAMPLE, 6, signature, sizeof signature, &length));
    DONE(psa_verify_message(key, sha256, SAMPLE, 6, signature, length));
    EXPECT(psa_verify_message(key, sha256, SAMPLE, 5, signature, length), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_verify_message(key, sha256, SAMPLE, 6, signature, 63), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_verify_message(key, sha256, SAMPLE, 6, NULL, 0), PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_verify_message(key, PSA_ALG_ECDSA(PSA_ALG_SHA_384), SAMPLE, 6, signature, length),
           PSA_ERROR_INVALID_SIGNATURE);
    EXPECT(psa_sign_message(key, sha256, SAMPLE, 6, signature, 63, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    DONE(psa_sign_message(key, PSA_ALG_ECDSA(PSA_ALG_SHA_512), NULL, 0, signature, 64, &length));
    EXPECT(psa_sign_hash(key, sha256, hash, 31, signature, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    /* An algorithm that is none for this. */
    EXPECT(psa_sign_hash(key, any, hash, 32, signature, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_message(key, PSA_ALG_ECDSA_ANY, hash, 32, signature, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_message(key, PSA_ALG_CMAC, hash, 32, signature, 64, &length), PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_sign_message(key, PSA_ALG_PURE_EDDSA, hash, 32, signature, 64, &length), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_sign_hash(key, PSA_ALG_ECDSA_ANY, hash, 32, signature, 64, &length), PSA_ERROR_NOT_PERMITTED);

    /* Whoever has the public key verifies. */
    DONE(psa_sign_hash(key, sha256, hash, 32, signature, 64, &length));
    DONE(psa_export_public_key(key, public_key, sizeof public_key, &public_length));
    other = imported(502, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1), PSA_KEY_USAGE_VERIFY_HASH, sha256,
                     public_key, public_length);
    DONE(psa_verify_hash(other, sha256, hash, 32, signature, 64));
    EXPECT(psa_sign_hash(other, sha256, hash, 32, signature, 64, &length), PSA_ERROR_NOT_PERMITTED);
    DONE(psa_destroy_key(other));
    DONE(psa_destroy_key(key));
}

static void rsa(void)
{
    const psa_algorithm_t pss = PSA_ALG_RSA_PSS(PSA_ALG_SHA_256), oaep = PSA_ALG_RSA_OAEP(PSA_ALG_SHA_256);
    static const uint8_t LABEL[] = "a label", SECRET[] = "a secret";
    psa_key_id_t key = generated(503, PSA_KEY_TYPE_RSA_KEY_PAIR, 2048, BOTH | PSA_KEY_USAGE_EXPORT, pss), other;
    uint8_t output[PSA_ASYMMETRIC_ENCRYPT_OUTPUT_SIZE(PSA_KEY_TYPE_RSA_KEY_PAIR, 2048, PSA_ALG_RSA_PKCS1V15_CRYPT)];
    uint8_t pair[PSA_EXPORT_KEY_OUTPUT_SIZE(PSA_KEY_TYPE_RSA_KEY_PAIR, 2048)], text[256];
    uint8_t public_key[PSA_EXPORT_PUBLIC_KEY_OUTPUT_SIZE(PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048)];
    size_t length, pair_length;
    DONE(psa_sign_message(key, pss, SAMPLE, 6, output, sizeof output, &length));
    CHECK(length == PSA_SIGN_OUTPUT_SIZE(PSA_KEY_TYPE_RSA_KEY_PAIR, 2048, pss));
    DONE(psa_verify_message(key, pss, SAMPLE, 6, output, length));
    DONE(psa_export_public_key(key, public_key, sizeof public_key, &length));
    DONE(psa_export_key(key, pair, sizeof pair, &pair_length));
    DONE(psa_destroy_key(key));

    key = imported(504, PSA_KEY_TYPE_RSA_KEY_PAIR, PSA_KEY_USAGE_DECRYPT, oaep, pair, pair_length);
    other = imported(505, PSA_KEY_TYPE_RSA_PUBLIC_KEY, PSA_KEY_USAGE_ENCRYPT, oaep, public_key, length);
    DONE(psa_asymmetric_encrypt(other, oaep, SECRET, 8, LABEL, 7, output, sizeof output, &length));
    CHECK(length == 256);
    DONE(psa_asymmetric_decrypt(key, oaep, output, 256, LABEL, 7, text, sizeof text, &length));
    CHECK(length == 8);
    SAME(text, SECRET, 8);
    EXPECT(psa_asymmetric_decrypt(key, oaep, output, 256, NULL, 0, text, sizeof text, &length), PSA_ERROR_INVALID_PADDING);
    EXPECT(psa_asymmetric_decrypt(key, oaep, output, 255, LABEL, 7, text, sizeof text, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_asymmetric_decrypt(key, oaep, output, 256, LABEL, 7, text, 7, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_asymmetric_encrypt(key, oaep, SECRET, 8, LABEL, 7, output, sizeof output, &length),
           PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_asymmetric_encrypt(other, pss, SECRET, 8, NULL, 0, output, sizeof output, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    DONE(psa_asymmetric_encrypt(other, oaep, NULL, 0, NULL, 0, output, sizeof output, &length));
    DONE(psa_asymmetric_decrypt(key, oaep, output, 256, NULL, 0, text, 0, &length));
    CHECK(length == 0);
    DONE(psa_destroy_key(key));
    DONE(psa_destroy_key(other));

    /* As TLS 1.0 and 1.1 sign: MD5 and SHA-1 one after the other. */
    key = imported(506, PSA_KEY_TYPE_RSA_KEY_PAIR, BOTH, PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH), pair, pair_length);
    DONE(psa_sign_hash(key, PSA_ALG_RSA_PKCS1V15_SIGN_RAW, public_key, 36, output, sizeof output, &length));
    DONE(psa_verify_hash(key, PSA_ALG_RSA_PKCS1V15_SIGN_RAW, public_key, 36, output, length));
    DONE(psa_destroy_key(key));
}

static void agreement(void)
{
    psa_key_id_t one = generated(506, PAIR, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH);
    psa_key_id_t other = generated(507, PAIR, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH), made = 99;
    uint8_t public_of_one[65], public_of_other[65], secret[32], same[32];
    size_t length;
    psa_key_attributes_t attributes = attributes_of(508, PSA_KEY_TYPE_DERIVE, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_NONE);
    psa_key_derivation_operation_t operation = PSA_KEY_DERIVATION_OPERATION_INIT;
    DONE(psa_export_public_key(one, public_of_one, 65, &length));
    DONE(psa_export_public_key(other, public_of_other, 65, &length));
    DONE(psa_raw_key_agreement(PSA_ALG_ECDH, one, public_of_other, 65, secret, sizeof secret, &length));
    CHECK(length == PSA_RAW_KEY_AGREEMENT_OUTPUT_SIZE(PAIR, 256));
    DONE(psa_raw_key_agreement(PSA_ALG_ECDH, other, public_of_one, 65, same, sizeof same, &length));
    SAME(secret, same, 32);
    EXPECT(psa_raw_key_agreement(PSA_ALG_ECDH, one, public_of_other, 64, secret, sizeof secret, &length),
           PSA_ERROR_INVALID_ARGUMENT);
    EXPECT(psa_raw_key_agreement(PSA_ALG_ECDH, one, public_of_other, 65, secret, 31, &length), PSA_ERROR_BUFFER_TOO_SMALL);
    EXPECT(psa_raw_key_agreement(PSA_ALG_FFDH, one, public_of_other, 65, secret, 32, &length), PSA_ERROR_NOT_PERMITTED);
    EXPECT(psa_raw_key_agreement(PSA_ALG_KEY_AGREEMENT(PSA_ALG_ECDH, PSA_ALG_HKDF(PSA_ALG_SHA_256)), one, public_of_other,
                                 65, secret, 32, &length),
           PSA_ERROR_INVALID_ARGUMENT);

    /* What the service has nothing for says so. */
    EXPECT(psa_key_agreement(one, public_of_other, 65, PSA_ALG_ECDH, &attributes, &made), PSA_ERROR_NOT_SUPPORTED);
    CHECK(made == PSA_KEY_ID_NULL);
    EXPECT(psa_key_derivation_setup(&operation, PSA_ALG_HKDF(PSA_ALG_SHA_256)), PSA_ERROR_NOT_SUPPORTED);
    EXPECT(psa_key_derivation_output_key(&attributes, &operation, &made), PSA_ERROR_NOT_SUPPORTED);
    DONE(psa_key_derivation_abort(&operation));
    DONE(psa_destroy_key(one));
    DONE(psa_destroy_key(other));
}

int main(void)
{
    DONE(psa_crypto_init());
    known_signature();
    signatures();
    rsa();
    agreement();
    return expect_report();
}
