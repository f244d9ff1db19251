/* Many threads use one key, each with operations of its own, and make and destroy keys. */

#define _POSIX_C_SOURCE 200809L

#include "expect.h"

#include <pthread.h>

#define THREADS 8
#define ROUNDS 40

static psa_key_id_t shared;

/** Counts what is not as expected: expect.h is for one thread. */
static void *work(void *given)
{
    const psa_algorithm_t alg = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    const size_t number = *(const size_t *)given;
    size_t *failures = (size_t *)given;
    size_t wrong = 0, round, length;
    for (round = 0; round < ROUNDS; round++) {
        uint8_t message[16] = { (uint8_t)number, (uint8_t)round }, signature[64], hash[32], same[32];
        psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
        psa_key_attributes_t attributes
            = attributes_of((psa_key_id_t)(1000 + number), PSA_KEY_TYPE_AES, 128, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CTR);
        psa_key_id_t key;
        wrong += psa_crypto_init() != PSA_SUCCESS;
        wrong += psa_sign_message(shared, alg, message, 16, signature, 64, &length) != PSA_SUCCESS;
        wrong += psa_verify_message(shared, alg, message, 16, signature, 64) != PSA_SUCCESS;
        wrong += psa_hash_setup(&operation, PSA_ALG_SHA_256) != PSA_SUCCESS;
        wrong += psa_hash_update(&operation, message, 1) != PSA_SUCCESS;
        wrong += psa_hash_update(&operation, message + 1, 15) != PSA_SUCCESS;
        wrong += psa_hash_finish(&operation, hash, 32, &length) != PSA_SUCCESS;
        wrong += psa_hash_compute(PSA_ALG_SHA_256, message, 16, same, 32, &length) != PSA_SUCCESS;
        wrong += memcmp(hash, same, 32) != 0;
        wrong += psa_generate_key(&attributes, &key) != PSA_SUCCESS;
        wrong += psa_destroy_key(key) != PSA_SUCCESS;
    }
    *failures = wrong;
    return NULL;
}

/** Cancelled already, it does its work still: the library is no place to end a thread. It ends behind. */
static void *work_while_cancelled(void *given)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t bytes[16];
    size_t *failures = (size_t *)given;
    *failures = pthread_cancel(pthread_self()) != 0;
    *failures += psa_generate_random(bytes, sizeof bytes) != PSA_SUCCESS;
    *failures += psa_get_key_attributes(shared, &attributes) != PSA_SUCCESS;
    pthread_testcancel();
    *failures += 1;
    return NULL;
}

static void a_thread_may_be_cancelled(void)
{
    pthread_t thread;
    size_t failures = 1;
    void *end;
    CHECK(pthread_create(&thread, NULL, work_while_cancelled, &failures) == 0);
    CHECK(pthread_join(thread, &end) == 0);
    CHECK(end == PTHREAD_CANCELED && failures == 0);
}

int main(void)
{
    pthread_t threads[THREADS];
    size_t results[THREADS], i;
    DONE(psa_crypto_init());
    shared = generated(600, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256,
                       PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    for (i = 0; i < THREADS; i++) {
        results[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &results[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(results[i] == 0);
    }
    a_thread_may_be_cancelled();
    DONE(psa_destroy_key(shared));
    return expect_report();
}
