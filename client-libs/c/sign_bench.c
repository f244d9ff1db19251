/* How many P-256 signatures a second one thread makes: `sign_bench SECONDS` prints `N/s`. */

#define _POSIX_C_SOURCE 200809L

#include <psa/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void must(psa_status_t status)
{
    if (status != PSA_SUCCESS) {
        fprintf(stderr, "PSA status %d\n", (int)status);
        exit(1);
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 2;
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key;
    uint8_t hash[32] = { 0 }, signature[PSA_SIGNATURE_MAX_SIZE];
    size_t length;
    unsigned long count = 0;
    double begun;

    must(psa_crypto_init());
    psa_set_key_id(&attributes, PSA_KEY_ID_USER_MIN + (psa_key_id_t)getpid());
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
    psa_set_key_algorithm(&attributes, alg);
    must(psa_generate_key(&attributes, &key));
    begun = now();
    while (now() - begun < seconds) {
        must(psa_sign_hash(key, alg, hash, sizeof hash, signature, sizeof signature, &length));
        count++;
    }
    printf("%.0f/s\n", (double)count / (now() - begun));
    must(psa_destroy_key(key));
    return 0;
}
