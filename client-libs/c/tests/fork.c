/* A process that forks: the child has its parent's persistent keys, and none of its connections, operations and locks. */

#define _POSIX_C_SOURCE 200809L

#include "expect.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 20

static const psa_algorithm_t ALG = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
static psa_key_id_t key;
static psa_hash_operation_t operation;
static volatile int is_over;

/** Keeps the library busy, so that children are forked while it holds locks. */
static void *keep_busy(void *nothing)
{
    uint8_t signature[64], message[1] = { 0 };
    size_t length;
    while (!is_over) {
        psa_hash_operation_t mine = PSA_HASH_OPERATION_INIT;
        DONE(psa_sign_message(key, ALG, message, 1, signature, sizeof signature, &length));
        DONE(psa_hash_setup(&mine, PSA_ALG_SHA_256));
        DONE(psa_hash_abort(&mine));
    }
    return nothing;
}

static int child(void)
{
    psa_hash_operation_t mine = PSA_HASH_OPERATION_INIT;
    uint8_t signature[64], hash[32], message[1] = { 7 };
    size_t length;
    int wrong = 0;
    /* The parent may be using the connection that it had. */
    wrong += psa_sign_message(key, ALG, message, 1, signature, sizeof signature, &length) != PSA_SUCCESS;
    wrong += psa_verify_message(key, ALG, message, 1, signature, length) != PSA_SUCCESS;
    /* What the parent began is not the child's, nor is what the child begins taken for it. */
    wrong += psa_hash_setup(&mine, PSA_ALG_SHA_256) != PSA_SUCCESS;
    wrong += psa_hash_update(&operation, message, 1) != PSA_ERROR_BAD_STATE;
    wrong += psa_hash_abort(&operation) != PSA_SUCCESS;
    wrong += psa_hash_update(&mine, message, 1) != PSA_SUCCESS;
    wrong += psa_hash_finish(&mine, hash, sizeof hash, &length) != PSA_SUCCESS;
    return wrong;
}

int main(void)
{
    pthread_t thread;
    uint8_t hash[32], message[1] = { 7 };
    size_t length;
    int i;
    DONE(psa_crypto_init());
    key = generated(700, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256,
                    PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH, ALG);
    DONE(psa_hash_setup(&operation, PSA_ALG_SHA_256));
    CHECK(pthread_create(&thread, NULL, keep_busy, NULL) == 0);
    for (i = 0; i < CHILDREN; i++) {
        int status;
        pid_t process = fork();
        if (process == 0) {
            _exit(child());
        }
        CHECK(process > 0 && waitpid(process, &status, 0) == process);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    is_over = 1;
    CHECK(pthread_join(thread, NULL) == 0);
    DONE(psa_hash_update(&operation, message, 1));
    DONE(psa_hash_finish(&operation, hash, sizeof hash, &length));
    DONE(psa_destroy_key(key));
    return expect_report();
}
