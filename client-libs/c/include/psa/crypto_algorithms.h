/* Algorithms of the PSA Crypto API, and macros that put them together and take them apart. Include psa/crypto.h. */

#ifndef PSA_CRYPTO_ALGORITHMS_H
#define PSA_CRYPTO_ALGORITHMS_H

#include "psa/crypto_types.h"

#define PSA_ALG_NONE ((psa_algorithm_t)0)

#define PSA_ALG_IS_HASH(alg) (((alg) & 0x7f000000) == 0x02000000)
#define PSA_ALG_IS_MAC(alg) (((alg) & 0x7f000000) == 0x03000000)
#define PSA_ALG_IS_CIPHER(alg) (((alg) & 0x7f000000) == 0x04000000)
#define PSA_ALG_IS_AEAD(alg) (((alg) & 0x7f000000) == 0x05000000)
#define PSA_ALG_IS_SIGN(alg) (((alg) & 0x7f000000) == 0x06000000)
#define PSA_ALG_IS_ASYMMETRIC_ENCRYPTION(alg) (((alg) & 0x7f000000) == 0x07000000)
#define PSA_ALG_IS_KEY_DERIVATION(alg) (((alg) & 0x7f000000) == 0x08000000)
#define PSA_ALG_IS_KEY_AGREEMENT(alg) (((alg) & 0x7f000000) == 0x09000000)

/* Hashes. */

#define PSA_ALG_MD2 ((psa_algorithm_t)0x02000001)
#define PSA_ALG_MD4 ((psa_algorithm_t)0x02000002)
#define PSA_ALG_MD5 ((psa_algorithm_t)0x02000003)
#define PSA_ALG_RIPEMD160 ((psa_algorithm_t)0x02000004)
#define PSA_ALG_SHA_1 ((psa_algorithm_t)0x02000005)
#define PSA_ALG_AES_MMO_ZIGBEE ((psa_algorithm_t)0x02000007)
#define PSA_ALG_SHA_224 ((psa_algorithm_t)0x02000008)
#define PSA_ALG_SHA_256 ((psa_algorithm_t)0x02000009)
#define PSA_ALG_SHA_384 ((psa_algorithm_t)0x0200000a)
#define PSA_ALG_SHA_512 ((psa_algorithm_t)0x0200000b)
#define PSA_ALG_SHA_512_224 ((psa_algorithm_t)0x0200000c)
#define PSA_ALG_SHA_512_256 ((psa_algorithm_t)0x0200000d)
#define PSA_ALG_SHA3_224 ((psa_algorithm_t)0x02000010)
#define PSA_ALG_SHA3_256 ((psa_algorithm_t)0x02000011)
#define PSA_ALG_SHA3_384 ((psa_algorithm_t)0x02000012)
#define PSA_ALG_SHA3_512 ((psa_algorithm_t)0x02000013)
#define PSA_ALG_SM3 ((psa_algorithm_t)0x02000014)
#define PSA_ALG_SHAKE256_512 ((psa_algorithm_t)0x02000015)

/** In a policy: any hash with this signature scheme. */
#define PSA_ALG_ANY_HASH ((psa_algorithm_t)0x020000ff)

/** The hash that an algorithm is built on; PSA_ALG_NONE if none. */
#define PSA_ALG_GET_HASH(alg) \
    ((psa_algorithm_t)(((alg) & 0x000000ff) == 0 ? PSA_ALG_NONE : 0x02000000 | ((alg) & 0x000000ff)))

/* MACs. Bits 16 to 21 hold the length of a truncated one, 0 for all of it; bit 15 says "at least". */

#define PSA_ALG_HMAC(hash_alg) ((psa_algorithm_t)(0x03800000 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_CBC_MAC ((psa_algorithm_t)0x03c00100)
#define PSA_ALG_CMAC ((psa_algorithm_t)0x03c00200)
#define PSA_ALG_FULL_LENGTH_MAC(mac_alg) ((psa_algorithm_t)((mac_alg) & ~0x003f8000))
#define PSA_ALG_TRUNCATED_MAC(mac_alg, mac_length) \
    ((psa_algorithm_t)(PSA_ALG_FULL_LENGTH_MAC(mac_alg) | (((mac_length) << 16) & 0x003f0000)))
#define PSA_ALG_AT_LEAST_THIS_LENGTH_MAC(mac_alg, min_mac_length) \
    ((psa_algorithm_t)(PSA_ALG_TRUNCATED_MAC(mac_alg, min_mac_length) | 0x00008000))
#define PSA_ALG_IS_HMAC(alg) (((alg) & 0x7fc0ff00) == 0x03800000)
#define PSA_ALG_IS_BLOCK_CIPHER_MAC(alg) (((alg) & 0x7fc00000) == 0x03c00000)

/* Encryption without authentication. */

#define PSA_ALG_STREAM_CIPHER ((psa_algorithm_t)0x04800100)
#define PSA_ALG_CTR ((psa_algorithm_t)0x04c01000)
#define PSA_ALG_CFB ((psa_algorithm_t)0x04c01100)
#define PSA_ALG_OFB ((psa_algorithm_t)0x04c01200)
#define PSA_ALG_CCM_STAR_NO_TAG ((psa_algorithm_t)0x04c01300)
#define PSA_ALG_CCM_STAR_ANY_TAG ((psa_algorithm_t)0x04c09300)
#define PSA_ALG_XTS ((psa_algorithm_t)0x0440ff00)
#define PSA_ALG_ECB_NO_PADDING ((psa_algorithm_t)0x04404400)
#define PSA_ALG_CBC_NO_PADDING ((psa_algorithm_t)0x04404000)
#define PSA_ALG_CBC_PKCS7 ((psa_algorithm_t)0x04404100)
#define PSA_ALG_IS_STREAM_CIPHER(alg) (((alg) & 0x7f800000) == 0x04800000)

/* Authenticated encryption. Bits 16 to 21 hold the length of the tag; bit 15 says "at least". */

#define PSA_ALG_CCM ((psa_algorithm_t)0x05500100)
#define PSA_ALG_GCM ((psa_algorithm_t)0x05500200)
#define PSA_ALG_CHACHA20_POLY1305 ((psa_algorithm_t)0x05100500)
#define PSA_ALG_XCHACHA20_POLY1305 ((psa_algorithm_t)0x05100600)
#define PSA_ALG_AEAD_WITH_SHORTENED_TAG(aead_alg, tag_length) \
    ((psa_algorithm_t)(((aead_alg) & ~0x003f8000) | (((tag_length) << 16) & 0x003f0000)))
/** Every algorithm of this list has 16 bytes. */
#define PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(aead_alg) PSA_ALG_AEAD_WITH_SHORTENED_TAG(aead_alg, 16)
#define PSA_ALG_AEAD_WITH_AT_LEAST_THIS_LENGTH_TAG(aead_alg, min_tag_length) \
    ((psa_algorithm_t)(PSA_ALG_AEAD_WITH_SHORTENED_TAG(aead_alg, min_tag_length) | 0x00008000))
#define PSA_ALG_IS_AEAD_ON_BLOCK_CIPHER(alg) (((alg) & 0x7f400000) == 0x05400000)

/* Signatures. */

#define PSA_ALG_RSA_PKCS1V15_SIGN(hash_alg) ((psa_algorithm_t)(0x06000200 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_RSA_PKCS1V15_SIGN_RAW ((psa_algorithm_t)0x06000200)
#define PSA_ALG_RSA_PSS(hash_alg) ((psa_algorithm_t)(0x06000300 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_RSA_PSS_ANY_SALT(hash_alg) ((psa_algorithm_t)(0x06001300 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_ECDSA(hash_alg) ((psa_algorithm_t)(0x06000600 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_ECDSA_ANY ((psa_algorithm_t)0x06000600)
#define PSA_ALG_DETERMINISTIC_ECDSA(hash_alg) ((psa_algorithm_t)(0x06000700 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_PURE_EDDSA ((psa_algorithm_t)0x06000800)
#define PSA_ALG_ED25519PH ((psa_algorithm_t)0x0600090b)
#define PSA_ALG_ED448PH ((psa_algorithm_t)0x06000915)

#define PSA_ALG_IS_RSA_PKCS1V15_SIGN(alg) (((alg) & ~0x000000ff) == 0x06000200)
#define PSA_ALG_IS_RSA_PSS_STANDARD_SALT(alg) (((alg) & ~0x000000ff) == 0x06000300)
#define PSA_ALG_IS_RSA_PSS_ANY_SALT(alg) (((alg) & ~0x000000ff) == 0x06001300)
#define PSA_ALG_IS_RSA_PSS(alg) (PSA_ALG_IS_RSA_PSS_STANDARD_SALT(alg) || PSA_ALG_IS_RSA_PSS_ANY_SALT(alg))
#define PSA_ALG_IS_ECDSA(alg) (((alg) & ~0x000001ff) == 0x06000600)
#define PSA_ALG_IS_DETERMINISTIC_ECDSA(alg) (((alg) & ~0x000000ff) == 0x06000700)
#define PSA_ALG_IS_RANDOMIZED_ECDSA(alg) (((alg) & ~0x000000ff) == 0x06000600)
#define PSA_ALG_IS_HASH_EDDSA(alg) (((alg) & ~0x000000ff) == 0x06000900)
/** Whether a hash can be signed with it. */
#define PSA_ALG_IS_SIGN_HASH(alg) \
    (PSA_ALG_IS_RSA_PSS(alg) || PSA_ALG_IS_RSA_PKCS1V15_SIGN(alg) || PSA_ALG_IS_ECDSA(alg) || PSA_ALG_IS_HASH_EDDSA(alg))
/** Whether a message can be signed with it: not if it does not say how that is hashed. */
#define PSA_ALG_IS_SIGN_MESSAGE(alg) \
    (PSA_ALG_IS_SIGN(alg) && (alg) != PSA_ALG_ECDSA_ANY && (alg) != PSA_ALG_RSA_PKCS1V15_SIGN_RAW)
/** Whether it signs the hash of a message and nothing else. */
#define PSA_ALG_IS_HASH_AND_SIGN(alg) \
    (PSA_ALG_IS_SIGN_HASH(alg) && !PSA_ALG_IS_HASH_EDDSA(alg) && PSA_ALG_GET_HASH(alg) != PSA_ALG_NONE)

/* Asymmetric encryption. */

#define PSA_ALG_RSA_PKCS1V15_CRYPT ((psa_algorithm_t)0x07000200)
#define PSA_ALG_RSA_OAEP(hash_alg) ((psa_algorithm_t)(0x07000300 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_IS_RSA_OAEP(alg) (((alg) & ~0x000000ff) == 0x07000300)

/* Key derivation. */

#define PSA_ALG_HKDF(hash_alg) ((psa_algorithm_t)(0x08000100 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_TLS12_PRF(hash_alg) ((psa_algorithm_t)(0x08000200 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_TLS12_PSK_TO_MS(hash_alg) ((psa_algorithm_t)(0x08000300 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_HKDF_EXTRACT(hash_alg) ((psa_algorithm_t)(0x08000400 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_HKDF_EXPAND(hash_alg) ((psa_algorithm_t)(0x08000500 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_TLS12_ECJPAKE_TO_PMS ((psa_algorithm_t)0x08000609)
#define PSA_ALG_SP800_108_COUNTER_HMAC(hash_alg) ((psa_algorithm_t)(0x08000700 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_SP800_108_COUNTER_CMAC ((psa_algorithm_t)0x08000800)
#define PSA_ALG_PBKDF2_HMAC(hash_alg) ((psa_algorithm_t)(0x08800100 | ((hash_alg) & 0x000000ff)))
#define PSA_ALG_PBKDF2_AES_CMAC_PRF_128 ((psa_algorithm_t)0x08800200)

#define PSA_ALG_IS_HKDF(alg) (((alg) & ~0x000000ff) == 0x08000100)
#define PSA_ALG_IS_TLS12_PRF(alg) (((alg) & ~0x000000ff) == 0x08000200)
#define PSA_ALG_IS_TLS12_PSK_TO_MS(alg) (((alg) & ~0x000000ff) == 0x08000300)
#define PSA_ALG_IS_HKDF_EXTRACT(alg) (((alg) & ~0x000000ff) == 0x08000400)
#define PSA_ALG_IS_HKDF_EXPAND(alg) (((alg) & ~0x000000ff) == 0x08000500)
#define PSA_ALG_IS_SP800_108_COUNTER_HMAC(alg) (((alg) & ~0x000000ff) == 0x08000700)
#define PSA_ALG_IS_PBKDF2_HMAC(alg) (((alg) & ~0x000000ff) == 0x08800100)
#define PSA_ALG_IS_KEY_DERIVATION_STRETCHING(alg) (((alg) & 0x7f800000) == 0x08800000)

/* Key agreement, alone or with a derivation behind it. */

#define PSA_ALG_FFDH ((psa_algorithm_t)0x09010000)
#define PSA_ALG_ECDH ((psa_algorithm_t)0x09020000)
#define PSA_ALG_KEY_AGREEMENT(ka_alg, kdf_alg) ((psa_algorithm_t)((ka_alg) | (kdf_alg)))
#define PSA_ALG_KEY_AGREEMENT_GET_BASE(alg) ((psa_algorithm_t)(((alg) & 0x007f0000) | 0x09000000))
#define PSA_ALG_KEY_AGREEMENT_GET_KDF(alg) ((psa_algorithm_t)(((alg) & 0x0080ffff) | 0x08000000))
#define PSA_ALG_IS_STANDALONE_KEY_AGREEMENT(alg) (PSA_ALG_IS_KEY_AGREEMENT(alg) && ((alg) & 0x0080ffff) == 0)
#define PSA_ALG_IS_RAW_KEY_AGREEMENT(alg) PSA_ALG_IS_STANDALONE_KEY_AGREEMENT(alg)
#define PSA_ALG_IS_FFDH(alg) (PSA_ALG_IS_KEY_AGREEMENT(alg) && PSA_ALG_KEY_AGREEMENT_GET_BASE(alg) == PSA_ALG_FFDH)
#define PSA_ALG_IS_ECDH(alg) (PSA_ALG_IS_KEY_AGREEMENT(alg) && PSA_ALG_KEY_AGREEMENT_GET_BASE(alg) == PSA_ALG_ECDH)

/** Whether it stands for several algorithms: good for a policy, and for no operation. */
#define PSA_ALG_IS_WILDCARD(alg) \
    (PSA_ALG_IS_HASH_AND_SIGN(alg)                 ? PSA_ALG_GET_HASH(alg) == PSA_ALG_ANY_HASH \
     : (PSA_ALG_IS_MAC(alg) || PSA_ALG_IS_AEAD(alg)) ? ((alg) & 0x00008000) != 0 \
                                                     : (alg) == PSA_ALG_CCM_STAR_ANY_TAG || (alg) == PSA_ALG_ANY_HASH)

#endif /* PSA_CRYPTO_ALGORITHMS_H */
