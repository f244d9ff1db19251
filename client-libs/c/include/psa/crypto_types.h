/* Types of the PSA Crypto API: numbers with a meaning each. Include psa/crypto.h. */

#ifndef PSA_CRYPTO_TYPES_H
#define PSA_CRYPTO_TYPES_H

#include <stddef.h>
#include <stdint.h>

/** Names a key: one of the caller's choice for a persistent key, one of the library's for a volatile key. */
typedef uint32_t psa_key_id_t;

/** What kind of thing a key is. */
typedef uint16_t psa_key_type_t;

/** A family of elliptic curves; with a size in bits it names a curve. */
typedef uint8_t psa_ecc_family_t;

/** A family of finite-field Diffie-Hellman groups. */
typedef uint8_t psa_dh_family_t;

/** How long a key lives, in the low 8 bits (psa_key_persistence_t), and where, above them (psa_key_location_t). */
typedef uint32_t psa_key_lifetime_t;

/** What ends a key. */
typedef uint8_t psa_key_persistence_t;

/** Where a key is. */
typedef uint32_t psa_key_location_t;

/** What may be done with a key: flags. */
typedef uint32_t psa_key_usage_t;

/** An algorithm with its parameters. */
typedef uint32_t psa_algorithm_t;

/** What an input of a key derivation is for. */
typedef uint16_t psa_key_derivation_step_t;

#endif /* PSA_CRYPTO_TYPES_H */
