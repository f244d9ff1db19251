/* Objects of the PSA Crypto API, and the functions that are so short that they stand here. Include psa/crypto.h.
 *
 * Programs make objects with the initializers, or of zeros, and look at them with functions alone. */

#ifndef PSA_CRYPTO_STRUCT_H
#define PSA_CRYPTO_STRUCT_H

#include "psa/crypto_types.h"
#include "psa/crypto_values.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a key is and what it may be used for. */
typedef struct psa_key_attributes_s {
    psa_key_type_t keystead_type;
    psa_key_lifetime_t keystead_lifetime;
    psa_key_id_t keystead_id;
    psa_key_usage_t keystead_usage;
    psa_algorithm_t keystead_algorithm;
    size_t keystead_bits;
} psa_key_attributes_t;

#define PSA_KEY_ATTRIBUTES_INIT { 0, 0, 0, 0, 0, 0 }

static inline psa_key_attributes_t psa_key_attributes_init(void)
{
    psa_key_attributes_t initial = PSA_KEY_ATTRIBUTES_INIT;
    return initial;
}

static inline void psa_reset_key_attributes(psa_key_attributes_t *attributes)
{
    *attributes = psa_key_attributes_init();
}

static inline void psa_set_key_type(psa_key_attributes_t *attributes, psa_key_type_t type)
{
    attributes->keystead_type = type;
}

static inline psa_key_type_t psa_get_key_type(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_type;
}

static inline void psa_set_key_bits(psa_key_attributes_t *attributes, size_t bits)
{
    attributes->keystead_bits = bits;
}

static inline size_t psa_get_key_bits(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_bits;
}

/** A volatile key has no identifier of the caller's. */
static inline void psa_set_key_lifetime(psa_key_attributes_t *attributes, psa_key_lifetime_t lifetime)
{
    attributes->keystead_lifetime = lifetime;
    if (PSA_KEY_LIFETIME_IS_VOLATILE(lifetime)) {
        attributes->keystead_id = PSA_KEY_ID_NULL;
    }
}

static inline psa_key_lifetime_t psa_get_key_lifetime(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_lifetime;
}

/** Whoever names a key wants it to stay: the attributes become those of a persistent key, in the same place. */
static inline void psa_set_key_id(psa_key_attributes_t *attributes, psa_key_id_t id)
{
    attributes->keystead_id = id;
    if (PSA_KEY_LIFETIME_IS_VOLATILE(attributes->keystead_lifetime)) {
        attributes->keystead_lifetime = PSA_KEY_LIFETIME_FROM_PERSISTENCE_AND_LOCATION(
            PSA_KEY_PERSISTENCE_DEFAULT, PSA_KEY_LIFETIME_GET_LOCATION(attributes->keystead_lifetime));
    }
}

static inline psa_key_id_t psa_get_key_id(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_id;
}

static inline void psa_set_key_algorithm(psa_key_attributes_t *attributes, psa_algorithm_t alg)
{
    attributes->keystead_algorithm = alg;
}

static inline psa_algorithm_t psa_get_key_algorithm(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_algorithm;
}

/** Who may sign a hash may sign a message, and so for verification. */
static inline void psa_set_key_usage_flags(psa_key_attributes_t *attributes, psa_key_usage_t usage_flags)
{
    if (usage_flags & PSA_KEY_USAGE_SIGN_HASH) {
        usage_flags |= PSA_KEY_USAGE_SIGN_MESSAGE;
    }
    if (usage_flags & PSA_KEY_USAGE_VERIFY_HASH) {
        usage_flags |= PSA_KEY_USAGE_VERIFY_MESSAGE;
    }
    attributes->keystead_usage = usage_flags;
}

static inline psa_key_usage_t psa_get_key_usage_flags(const psa_key_attributes_t *attributes)
{
    return attributes->keystead_usage;
}

/* Operations in several parts. An object holds the number of an operation that the library keeps: 0 is none. Copies of an
 * object are the same operation, and end together. A child that was forked cannot go on with its parent's. */

typedef struct psa_hash_operation_s {
    uint64_t keystead_number;
} psa_hash_operation_t;

#define PSA_HASH_OPERATION_INIT { 0 }

static inline psa_hash_operation_t psa_hash_operation_init(void)
{
    psa_hash_operation_t initial = PSA_HASH_OPERATION_INIT;
    return initial;
}

typedef struct psa_mac_operation_s {
    uint64_t keystead_number;
} psa_mac_operation_t;

#define PSA_MAC_OPERATION_INIT { 0 }

static inline psa_mac_operation_t psa_mac_operation_init(void)
{
    psa_mac_operation_t initial = PSA_MAC_OPERATION_INIT;
    return initial;
}

typedef struct psa_cipher_operation_s {
    uint64_t keystead_number;
} psa_cipher_operation_t;

#define PSA_CIPHER_OPERATION_INIT { 0 }

static inline psa_cipher_operation_t psa_cipher_operation_init(void)
{
    psa_cipher_operation_t initial = PSA_CIPHER_OPERATION_INIT;
    return initial;
}

typedef struct psa_aead_operation_s {
    uint64_t keystead_number;
} psa_aead_operation_t;

#define PSA_AEAD_OPERATION_INIT { 0 }

static inline psa_aead_operation_t psa_aead_operation_init(void)
{
    psa_aead_operation_t initial = PSA_AEAD_OPERATION_INIT;
    return initial;
}

/** Key derivation is not offered: such an operation is never active. */
typedef struct psa_key_derivation_operation_s {
    uint64_t keystead_number;
} psa_key_derivation_operation_t;

#define PSA_KEY_DERIVATION_OPERATION_INIT { 0 }

static inline psa_key_derivation_operation_t psa_key_derivation_operation_init(void)
{
    psa_key_derivation_operation_t initial = PSA_KEY_DERIVATION_OPERATION_INIT;
    return initial;
}

#ifdef __cplusplus
}
#endif

#endif /* PSA_CRYPTO_STRUCT_H */
