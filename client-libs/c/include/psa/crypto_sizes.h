/* Lengths of the PSA Crypto API, in bytes: how long things are, and how large a buffer must be. Include psa/crypto.h.
 *
 * A size for a combination that does not exist is 0 or means nothing. */

#ifndef PSA_CRYPTO_SIZES_H
#define PSA_CRYPTO_SIZES_H

#include "psa/crypto_algorithms.h"
#include "psa/crypto_values.h"

/** What an operation in several parts takes in all. The library keeps it, and sends it to the service at the end. */
#define KEYSTEAD_PSA_MAX_MESSAGE_SIZE ((size_t)1000000)
/** The largest keys that a token may have. Of other families nothing is longer than what RSA has. */
#define KEYSTEAD_PSA_MAX_RSA_BITS 8192u
#define KEYSTEAD_PSA_MAX_ECC_BITS 521u

/** Takes an argument on which nothing depends here, so that no compiler misses its use. */
#define KEYSTEAD_PSA_UNUSED(argument) (0u * sizeof(argument))
#define KEYSTEAD_PSA_BYTES(bits) (((size_t)(bits) + 7u) / 8u)
#define KEYSTEAD_PSA_ROUND_UP(length, block) (((size_t)(length) + (block) - 1u) / (block) * (block))

/* Hashes. */

#define PSA_HASH_LENGTH(alg) \
    ((size_t)(PSA_ALG_GET_HASH(alg) == PSA_ALG_MD2              ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_MD4            ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_MD5            ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_AES_MMO_ZIGBEE ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_RIPEMD160      ? 20 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_1          ? 20 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_224        ? 28 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_256        ? 32 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_384        ? 48 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512        ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512_224    ? 28 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512_256    ? 32 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_224       ? 28 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_256       ? 32 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_384       ? 48 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_512       ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SM3            ? 32 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHAKE256_512   ? 64 \
                                                                : 0))

#define PSA_HASH_MAX_SIZE 64u

#define PSA_HASH_BLOCK_LENGTH(alg) \
    ((size_t)(PSA_ALG_GET_HASH(alg) == PSA_ALG_MD2              ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_AES_MMO_ZIGBEE ? 16 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_MD4            ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_MD5            ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_RIPEMD160      ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_1          ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_224        ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_256        ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SM3            ? 64 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_384        ? 128 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512        ? 128 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512_224    ? 128 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA_512_256    ? 128 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_224       ? 144 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_256       ? 136 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_384       ? 104 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHA3_512       ? 72 \
              : PSA_ALG_GET_HASH(alg) == PSA_ALG_SHAKE256_512   ? 136 \
                                                                : 0))

/* Hashes cannot be suspended here, which a size of 0 says. */
#define PSA_HASH_SUSPEND_ALGORITHM_FIELD_LENGTH ((size_t)4)
#define PSA_HASH_SUSPEND_INPUT_LENGTH_FIELD_LENGTH(alg) (KEYSTEAD_PSA_UNUSED(alg) + (size_t)0)
#define PSA_HASH_SUSPEND_HASH_STATE_FIELD_LENGTH(alg) (KEYSTEAD_PSA_UNUSED(alg) + (size_t)0)
#define PSA_HASH_SUSPEND_OUTPUT_SIZE(alg) (KEYSTEAD_PSA_UNUSED(alg) + (size_t)0)
#define PSA_HASH_SUSPEND_OUTPUT_MAX_SIZE ((size_t)1)

/* MACs. */

#define PSA_MAC_LENGTH(key_type, key_bits, alg) \
    (KEYSTEAD_PSA_UNUSED(key_bits) \
     + (size_t)(((alg) & 0x003f0000) != 0                ? ((alg) & 0x003f0000) >> 16 \
              : PSA_ALG_IS_HMAC(alg)                   ? PSA_HASH_LENGTH(alg) \
              : PSA_ALG_IS_BLOCK_CIPHER_MAC(alg)       ? PSA_BLOCK_CIPHER_BLOCK_LENGTH(key_type) \
                                                       : 0))

#define PSA_MAC_MAX_SIZE PSA_HASH_MAX_SIZE

/* Encryption without authentication. */

#define PSA_CIPHER_IV_LENGTH(key_type, alg) \
    ((size_t)((alg) == PSA_ALG_CTR || (alg) == PSA_ALG_CFB || (alg) == PSA_ALG_OFB || (alg) == PSA_ALG_XTS \
                      || (alg) == PSA_ALG_CBC_NO_PADDING || (alg) == PSA_ALG_CBC_PKCS7 \
                  ? PSA_BLOCK_CIPHER_BLOCK_LENGTH(key_type) \
              : (alg) == PSA_ALG_CCM_STAR_NO_TAG                                              ? 13 \
              : (alg) == PSA_ALG_STREAM_CIPHER && (key_type) == PSA_KEY_TYPE_CHACHA20         ? 12 \
              : (alg) == PSA_ALG_STREAM_CIPHER && (key_type) == PSA_KEY_TYPE_XCHACHA20        ? 24 \
                                                                                              : 0))
#define PSA_CIPHER_IV_MAX_SIZE 16u

/** An IV, and with padding up to a whole block more. */
#define PSA_CIPHER_ENCRYPT_OUTPUT_SIZE(key_type, alg, input_length) \
    (PSA_CIPHER_IV_LENGTH(key_type, alg) \
     + ((alg) == PSA_ALG_CBC_PKCS7 && PSA_BLOCK_CIPHER_BLOCK_LENGTH(key_type) != 0 \
            ? KEYSTEAD_PSA_ROUND_UP((input_length) + 1u, PSA_BLOCK_CIPHER_BLOCK_LENGTH(key_type)) \
            : (size_t)(input_length)))
#define PSA_CIPHER_ENCRYPT_OUTPUT_MAX_SIZE(input_length) \
    (PSA_CIPHER_IV_MAX_SIZE + KEYSTEAD_PSA_ROUND_UP((input_length) + 1u, PSA_BLOCK_CIPHER_BLOCK_MAX_SIZE))
#define PSA_CIPHER_DECRYPT_OUTPUT_SIZE(key_type, alg, input_length) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + (size_t)(input_length))
#define PSA_CIPHER_DECRYPT_OUTPUT_MAX_SIZE(input_length) ((size_t)(input_length))

/* The result comes whole, from psa_cipher_finish(): psa_cipher_update() needs no room. The size for it is what other libraries
 * need, so that one buffer for all updates is large enough for the end too; psa_cipher_finish() needs room for all of the
 * input, and up to a block more. */
#define PSA_CIPHER_UPDATE_OUTPUT_SIZE(key_type, alg, input_length) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + PSA_CIPHER_UPDATE_OUTPUT_MAX_SIZE(input_length))
#define PSA_CIPHER_UPDATE_OUTPUT_MAX_SIZE(input_length) \
    KEYSTEAD_PSA_ROUND_UP((input_length) + 1u, PSA_BLOCK_CIPHER_BLOCK_MAX_SIZE)
#define PSA_CIPHER_FINISH_OUTPUT_SIZE(key_type, alg) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + PSA_CIPHER_FINISH_OUTPUT_MAX_SIZE)
#define PSA_CIPHER_FINISH_OUTPUT_MAX_SIZE (KEYSTEAD_PSA_MAX_MESSAGE_SIZE + PSA_BLOCK_CIPHER_BLOCK_MAX_SIZE)

/* Authenticated encryption. */

#define PSA_AEAD_TAG_LENGTH(key_type, key_bits, alg) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(key_bits) \
     + (size_t)(PSA_ALG_IS_AEAD(alg) ? ((alg) & 0x003f0000) >> 16 : 0))
#define PSA_AEAD_TAG_MAX_SIZE 16u

#define PSA_AEAD_NONCE_LENGTH(key_type, alg) \
    (KEYSTEAD_PSA_UNUSED(key_type) \
     + (size_t)(PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(alg) == PSA_ALG_CCM                      ? 13 \
              : PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(alg) == PSA_ALG_GCM                    ? 12 \
              : PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(alg) == PSA_ALG_CHACHA20_POLY1305      ? 12 \
              : PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(alg) == PSA_ALG_XCHACHA20_POLY1305     ? 24 \
                                                                                            : 0))
#define PSA_AEAD_NONCE_MAX_SIZE 13u

#define PSA_AEAD_ENCRYPT_OUTPUT_SIZE(key_type, alg, plaintext_length) \
    ((size_t)(plaintext_length) + PSA_AEAD_TAG_LENGTH(key_type, 0, alg))
#define PSA_AEAD_ENCRYPT_OUTPUT_MAX_SIZE(plaintext_length) ((size_t)(plaintext_length) + PSA_AEAD_TAG_MAX_SIZE)
#define PSA_AEAD_DECRYPT_OUTPUT_SIZE(key_type, alg, ciphertext_length) \
    ((size_t)(ciphertext_length) > PSA_AEAD_TAG_LENGTH(key_type, 0, alg) \
         ? (size_t)(ciphertext_length) - PSA_AEAD_TAG_LENGTH(key_type, 0, alg) \
         : (size_t)0)
#define PSA_AEAD_DECRYPT_OUTPUT_MAX_SIZE(ciphertext_length) ((size_t)(ciphertext_length))

/* As with ciphers: psa_aead_update() needs no room, psa_aead_finish() and psa_aead_verify() need it for all of the text. */
#define PSA_AEAD_UPDATE_OUTPUT_SIZE(key_type, alg, input_length) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + PSA_AEAD_UPDATE_OUTPUT_MAX_SIZE(input_length))
#define PSA_AEAD_UPDATE_OUTPUT_MAX_SIZE(input_length) \
    KEYSTEAD_PSA_ROUND_UP(input_length, PSA_BLOCK_CIPHER_BLOCK_MAX_SIZE)
#define PSA_AEAD_FINISH_OUTPUT_SIZE(key_type, alg) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + PSA_AEAD_FINISH_OUTPUT_MAX_SIZE)
#define PSA_AEAD_FINISH_OUTPUT_MAX_SIZE KEYSTEAD_PSA_MAX_MESSAGE_SIZE
#define PSA_AEAD_VERIFY_OUTPUT_SIZE(key_type, alg) \
    (KEYSTEAD_PSA_UNUSED(key_type) + KEYSTEAD_PSA_UNUSED(alg) + PSA_AEAD_VERIFY_OUTPUT_MAX_SIZE)
#define PSA_AEAD_VERIFY_OUTPUT_MAX_SIZE KEYSTEAD_PSA_MAX_MESSAGE_SIZE

/* Signatures: of RSA as long as the modulus, of ECDSA two numbers as long as the curve's order. */

#define PSA_SIGN_OUTPUT_SIZE(key_type, key_bits, alg) \
    (KEYSTEAD_PSA_UNUSED(alg) \
     + (PSA_KEY_TYPE_IS_RSA(key_type)       ? KEYSTEAD_PSA_BYTES(key_bits) \
        : PSA_KEY_TYPE_IS_ECC(key_type)     ? 2u * KEYSTEAD_PSA_BYTES(key_bits) \
                                            : (size_t)0))
#define PSA_SIGNATURE_MAX_SIZE KEYSTEAD_PSA_BYTES(KEYSTEAD_PSA_MAX_RSA_BITS)

/* Asymmetric encryption. */

#define PSA_ASYMMETRIC_ENCRYPT_OUTPUT_SIZE(key_type, key_bits, alg) \
    (KEYSTEAD_PSA_UNUSED(alg) + (PSA_KEY_TYPE_IS_RSA(key_type) ? KEYSTEAD_PSA_BYTES(key_bits) : (size_t)0))
#define PSA_ASYMMETRIC_ENCRYPT_OUTPUT_MAX_SIZE KEYSTEAD_PSA_BYTES(KEYSTEAD_PSA_MAX_RSA_BITS)
#define PSA_ASYMMETRIC_DECRYPT_OUTPUT_SIZE(key_type, key_bits, alg) \
    PSA_ASYMMETRIC_ENCRYPT_OUTPUT_SIZE(key_type, key_bits, alg)
#define PSA_ASYMMETRIC_DECRYPT_OUTPUT_MAX_SIZE KEYSTEAD_PSA_BYTES(KEYSTEAD_PSA_MAX_RSA_BITS)

/* Key agreement and derivation. */

#define PSA_RAW_KEY_AGREEMENT_OUTPUT_SIZE(key_type, key_bits) \
    (PSA_KEY_TYPE_IS_ECC(key_type) || PSA_KEY_TYPE_IS_DH(key_type) ? KEYSTEAD_PSA_BYTES(key_bits) : (size_t)0)
#define PSA_RAW_KEY_AGREEMENT_OUTPUT_MAX_SIZE ((size_t)1024)

#define PSA_TLS12_PSK_TO_MS_PSK_MAX_SIZE 128u
#define PSA_TLS12_ECJPAKE_TO_PMS_OUTPUT_SIZE 32u

/* Keys that leave. RSA's are DER (RFC 8017 A.1): each number has up to 4 bytes of header and 1 of sign, a pair has nine of
 * them, of which five are half as long as the modulus; room is left for an exponent of 8 bytes. */

#define KEYSTEAD_PSA_RSA_PUBLIC_SIZE(bits) (KEYSTEAD_PSA_BYTES(bits) + 24u)
#define KEYSTEAD_PSA_RSA_PAIR_SIZE(bits) (9u * (KEYSTEAD_PSA_BYTES(bits) / 2u + 1u) + 64u)

#define PSA_EXPORT_PUBLIC_KEY_OUTPUT_SIZE(key_type, key_bits) \
    (PSA_KEY_TYPE_IS_RSA(key_type)                                             ? KEYSTEAD_PSA_RSA_PUBLIC_SIZE(key_bits) \
     : PSA_KEY_TYPE_IS_DH(key_type)                                            ? KEYSTEAD_PSA_BYTES(key_bits) \
     : !PSA_KEY_TYPE_IS_ECC(key_type)                                          ? (size_t)0 \
     : PSA_KEY_TYPE_ECC_GET_FAMILY(key_type) == PSA_ECC_FAMILY_MONTGOMERY      ? KEYSTEAD_PSA_BYTES(key_bits) \
     : PSA_KEY_TYPE_ECC_GET_FAMILY(key_type) == PSA_ECC_FAMILY_TWISTED_EDWARDS ? KEYSTEAD_PSA_BYTES((key_bits) + 1u) \
                                                                               : 2u * KEYSTEAD_PSA_BYTES(key_bits) + 1u)
#define PSA_EXPORT_KEY_OUTPUT_SIZE(key_type, key_bits) \
    (PSA_KEY_TYPE_IS_PUBLIC_KEY(key_type)             ? PSA_EXPORT_PUBLIC_KEY_OUTPUT_SIZE(key_type, key_bits) \
     : (key_type) == PSA_KEY_TYPE_RSA_KEY_PAIR        ? KEYSTEAD_PSA_RSA_PAIR_SIZE(key_bits) \
                                                      : KEYSTEAD_PSA_BYTES(key_bits))
#define PSA_EXPORT_KEY_PAIR_MAX_SIZE KEYSTEAD_PSA_RSA_PAIR_SIZE(KEYSTEAD_PSA_MAX_RSA_BITS)
#define PSA_EXPORT_PUBLIC_KEY_MAX_SIZE KEYSTEAD_PSA_RSA_PUBLIC_SIZE(KEYSTEAD_PSA_MAX_RSA_BITS)

#endif /* PSA_CRYPTO_SIZES_H */
