/* Tables of the words, and how parts are put together: TYPE:FAMILY, SCHEME:HASH:LENGTH. */

#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *word;
    uint32_t number;
};

static const struct entry TYPES[] = {
    { "raw-data", PSA_KEY_TYPE_RAW_DATA },
    { "hmac", PSA_KEY_TYPE_HMAC },
    { "derive", PSA_KEY_TYPE_DERIVE },
    { "aes", PSA_KEY_TYPE_AES },
    { "des", PSA_KEY_TYPE_DES },
    { "camellia", PSA_KEY_TYPE_CAMELLIA },
    { "arc4", PSA_KEY_TYPE_ARC4 },
    { "chacha20", PSA_KEY_TYPE_CHACHA20 },
    { "rsa-key-pair", PSA_KEY_TYPE_RSA_KEY_PAIR },
    { "rsa-public-key", PSA_KEY_TYPE_RSA_PUBLIC_KEY },
    { "dh-key-pair:rfc7919", PSA_KEY_TYPE_DH_KEY_PAIR(PSA_DH_FAMILY_RFC7919) },
    { "dh-public-key:rfc7919", PSA_KEY_TYPE_DH_PUBLIC_KEY(PSA_DH_FAMILY_RFC7919) },
    { "ecc-key-pair:secp-k1", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_K1) },
    { "ecc-key-pair:secp-r1", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1) },
    { "ecc-key-pair:secp-r2", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R2) },
    { "ecc-key-pair:sect-k1", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECT_K1) },
    { "ecc-key-pair:sect-r1", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECT_R1) },
    { "ecc-key-pair:sect-r2", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECT_R2) },
    { "ecc-key-pair:brainpool-p-r1", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_BRAINPOOL_P_R1) },
    { "ecc-key-pair:frp", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_FRP) },
    { "ecc-key-pair:montgomery", PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY) },
    { "ecc-public-key:secp-k1", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_K1) },
    { "ecc-public-key:secp-r1", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1) },
    { "ecc-public-key:secp-r2", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R2) },
    { "ecc-public-key:sect-k1", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECT_K1) },
    { "ecc-public-key:sect-r1", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECT_R1) },
    { "ecc-public-key:sect-r2", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECT_R2) },
    { "ecc-public-key:brainpool-p-r1", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_BRAINPOOL_P_R1) },
    { "ecc-public-key:frp", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_FRP) },
    { "ecc-public-key:montgomery", PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_MONTGOMERY) },
    { NULL, 0 },
};

/* In the order in which they are told. */
static const struct entry USAGES[] = {
    { "export", PSA_KEY_USAGE_EXPORT },
    { "copy", PSA_KEY_USAGE_COPY },
    { "cache", PSA_KEY_USAGE_CACHE },
    { "encrypt", PSA_KEY_USAGE_ENCRYPT },
    { "decrypt", PSA_KEY_USAGE_DECRYPT },
    { "sign-message", PSA_KEY_USAGE_SIGN_MESSAGE },
    { "verify-message", PSA_KEY_USAGE_VERIFY_MESSAGE },
    { "sign-hash", PSA_KEY_USAGE_SIGN_HASH },
    { "verify-hash", PSA_KEY_USAGE_VERIFY_HASH },
    { "derive", PSA_KEY_USAGE_DERIVE },
    { NULL, 0 },
};

static const struct entry HASHES[] = {
    { "md2", PSA_ALG_MD2 },
    { "md4", PSA_ALG_MD4 },
    { "md5", PSA_ALG_MD5 },
    { "ripemd160", PSA_ALG_RIPEMD160 },
    { "sha-1", PSA_ALG_SHA_1 },
    { "sha-224", PSA_ALG_SHA_224 },
    { "sha-256", PSA_ALG_SHA_256 },
    { "sha-384", PSA_ALG_SHA_384 },
    { "sha-512", PSA_ALG_SHA_512 },
    { "sha-512-224", PSA_ALG_SHA_512_224 },
    { "sha-512-256", PSA_ALG_SHA_512_256 },
    { "sha3-224", PSA_ALG_SHA3_224 },
    { "sha3-256", PSA_ALG_SHA3_256 },
    { "sha3-384", PSA_ALG_SHA3_384 },
    { "sha3-512", PSA_ALG_SHA3_512 },
    { NULL, 0 },
};

/* Algorithms without parts. */
static const struct entry ALGORITHMS[] = {
    { "none", PSA_ALG_NONE },
    { "rsa-pkcs1v15-sign-raw", PSA_ALG_RSA_PKCS1V15_SIGN_RAW },
    { "ecdsa-any", PSA_ALG_ECDSA_ANY },
    { "rsa-pkcs1v15-crypt", PSA_ALG_RSA_PKCS1V15_CRYPT },
    { "stream-cipher", PSA_ALG_STREAM_CIPHER },
    { "ctr", PSA_ALG_CTR },
    { "cfb", PSA_ALG_CFB },
    { "ofb", PSA_ALG_OFB },
    { "xts", PSA_ALG_XTS },
    { "ecb", PSA_ALG_ECB_NO_PADDING },
    { "cbc", PSA_ALG_CBC_NO_PADDING },
    { "cbc-pkcs7", PSA_ALG_CBC_PKCS7 },
    { "ecdh", PSA_ALG_ECDH },
    { "ffdh", PSA_ALG_FFDH },
    { NULL, 0 },
};

/* Algorithms with a hash behind them; in policies it may be any. */
static const struct entry SIGNATURES[] = {
    { "rsa-pkcs1v15-sign", PSA_ALG_RSA_PKCS1V15_SIGN(0) },
    { "rsa-pss", PSA_ALG_RSA_PSS(0) },
    { "ecdsa", PSA_ALG_ECDSA(0) },
    { "deterministic-ecdsa", PSA_ALG_DETERMINISTIC_ECDSA(0) },
    { NULL, 0 },
};

/* Algorithms whose result may be shorter. */
static const struct entry AEADS[] = {
    { "gcm", PSA_ALG_GCM },
    { "ccm", PSA_ALG_CCM },
    { "chacha20-poly1305", PSA_ALG_CHACHA20_POLY1305 },
    { NULL, 0 },
};
static const struct entry BLOCK_MACS[] = {
    { "cmac", PSA_ALG_CMAC },
    { "cbc-mac", PSA_ALG_CBC_MAC },
    { NULL, 0 },
};

static bool number_of(const struct entry *table, const char *word, uint32_t *number)
{
    for (; table->word != NULL; table++) {
        if (strcmp(table->word, word) == 0) {
            *number = table->number;
            return true;
        }
    }
    return false;
}

static const char *word_of(const struct entry *table, uint32_t number)
{
    while (table->word != NULL && table->number != number) {
        table++;
    }
    return table->word;
}

bool type_of(const char *word, psa_key_type_t *type)
{
    uint32_t number = 0;
    bool known = number_of(TYPES, word, &number);
    *type = (psa_key_type_t)number;
    return known;
}

bool word_of_type(psa_key_type_t type, char *word)
{
    const char *found = word_of(TYPES, type);
    return found != NULL && snprintf(word, WORDS_SIZE, "%s", found) > 0;
}

bool usage_of(const char *words, psa_key_usage_t *usage)
{
    char copy[WORDS_SIZE];
    char *word;
    *usage = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (word = strtok(copy, ","); word != NULL; word = strtok(NULL, ",")) {
        uint32_t flag;
        if (!number_of(USAGES, word, &flag)) {
            return false;
        }
        *usage |= flag;
    }
    return true;
}

bool words_of_usage(psa_key_usage_t usage, char *words)
{
    const struct entry *entry;
    size_t length = 0;
    words[0] = '\0';
    for (entry = USAGES; entry->word != NULL; entry++) {
        if (usage & entry->number) {
            length += (size_t)snprintf(words + length, WORDS_SIZE - length, "%s%s", length > 0 ? "," : "", entry->word);
        }
    }
    return true;
}

bool algorithm_of(const char *word, psa_algorithm_t *alg)
{
    char copy[WORDS_SIZE];
    const char *parts[3] = { NULL, NULL, NULL };
    uint32_t hash, length = 0;
    char *part;
    int count = 0;

    if (number_of(ALGORITHMS, word, alg) || number_of(HASHES, word, alg)) {
        return true;
    }
    snprintf(copy, sizeof copy, "%s", word);
    for (part = strtok(copy, ":"); part != NULL && count < 3; part = strtok(NULL, ":")) {
        parts[count++] = part;
    }
    if (count == 0 || part != NULL) {
        return false;
    }
    if (strcmp(parts[0], "hmac") == 0 && count > 1 && number_of(HASHES, parts[1], &hash)) {
        length = count > 2 ? (uint32_t)strtoul(parts[2], NULL, 10) : 0;
        *alg = PSA_ALG_TRUNCATED_MAC(PSA_ALG_HMAC(hash), length);
        return true;
    }
    if (count == 3) {
        return false;
    }
    length = count > 1 ? (uint32_t)strtoul(parts[1], NULL, 10) : 0;
    if (number_of(BLOCK_MACS, parts[0], alg)) {
        *alg = PSA_ALG_TRUNCATED_MAC(*alg, length);
        return true;
    }
    if (number_of(AEADS, parts[0], alg)) {
        *alg = count > 1 ? PSA_ALG_AEAD_WITH_SHORTENED_TAG(*alg, length) : *alg;
        return true;
    }
    if (count != 2) {
        return false;
    }
    if (strcmp(parts[0], "rsa-oaep") == 0 && number_of(HASHES, parts[1], &hash)) {
        *alg = PSA_ALG_RSA_OAEP(hash);
        return true;
    }
    if (number_of(SIGNATURES, parts[0], alg)) {
        bool known = true;
        hash = PSA_ALG_ANY_HASH;
        if (strcmp(parts[1], "any") != 0) {
            known = number_of(HASHES, parts[1], &hash);
        }
        *alg |= hash & 0xff;
        return known;
    }
    return false;
}

/* Writes parts with colons between, the last only if there is one. */
static bool put(char *word, const char *first, const char *second, uint32_t length)
{
    if (first == NULL) {
        return false;
    }
    snprintf(word, WORDS_SIZE, "%s%s%s", first, second != NULL ? ":" : "", second != NULL ? second : "");
    if (length > 0) {
        size_t end = strlen(word);
        snprintf(word + end, WORDS_SIZE - end, ":%u", (unsigned)length);
    }
    return true;
}

bool word_of_algorithm(psa_algorithm_t alg, char *word)
{
    const char *hash = word_of(HASHES, PSA_ALG_GET_HASH(alg));
    if (put(word, word_of(ALGORITHMS, alg), NULL, 0) || put(word, word_of(HASHES, alg), NULL, 0)) {
        return true;
    }
    if (PSA_ALG_IS_MAC(alg)) {
        uint32_t length = (alg >> 16) & 0x3f;
        if (PSA_ALG_IS_HMAC(alg)) {
            return put(word, "hmac", hash, length);
        }
        return put(word, word_of(BLOCK_MACS, PSA_ALG_FULL_LENGTH_MAC(alg)), NULL, length);
    }
    if (PSA_ALG_IS_AEAD(alg)) {
        psa_algorithm_t whole = PSA_ALG_AEAD_WITH_DEFAULT_LENGTH_TAG(alg);
        uint32_t length = whole == alg ? 0 : (uint32_t)PSA_AEAD_TAG_LENGTH(0, 0, alg);
        return put(word, word_of(AEADS, whole), NULL, length);
    }
    if (PSA_ALG_IS_RSA_OAEP(alg)) {
        return put(word, "rsa-oaep", hash, 0);
    }
    if (PSA_ALG_IS_SIGN(alg)) {
        hash = PSA_ALG_GET_HASH(alg) == PSA_ALG_ANY_HASH ? "any" : hash;
        return put(word, word_of(SIGNATURES, alg & ~(psa_algorithm_t)0xff), hash, 0);
    }
    return false;
}
