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

/** What the parent remembers of a key is no more true once the child has put another in its place. */
static void another_key_in_its_place(void)
{
    const psa_algorithm_t hmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);
    const psa_key_usage_t both = PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT;
    psa_key_id_t changed = generated(701, PSA_KEY_TYPE_AES, 128, both, PSA_ALG_CTR);
    psa_cipher_operation_t cipher = PSA_CIPHER_OPERATION_INIT;
    psa_mac_operation_t mac = PSA_MAC_OPERATION_INIT;
    uint8_t output[32], message[16] = { 0 };
    size_t length;
    int status;
    pid_t process;
    DONE(psa_cipher_encrypt_setup(&cipher, changed, PSA_ALG_CTR));
    DONE(psa_cipher_abort(&cipher));
    EXPECT(psa_mac_sign_setup(&mac, changed, hmac), PSA_ERROR_NOT_PERMITTED);
    process = fork();
    if (process == 0) {
        DONE(psa_destroy_key(changed));
        generated(changed, PSA_KEY_TYPE_HMAC, 256, PSA_KEY_USAGE_SIGN_MESSAGE, hmac);
        _exit(expect_failures);
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    /* Whoever begins as before hears of it at the end at the latest. */
    DONE(psa_cipher_encrypt_setup(&cipher, changed, PSA_ALG_CTR));
    DONE(psa_cipher_set_iv(&cipher, message, 16));
    DONE(psa_cipher_update(&cipher, message, 16, output, sizeof output, &length));
    EXPECT(psa_cipher_finish(&cipher, output, sizeof output, &length), PSA_ERROR_NOT_PERMITTED);
    DONE(psa_cipher_abort(&cipher));
    DONE(psa_mac_sign_setup(&mac, changed, hmac));
    DONE(psa_mac_sign_finish(&mac, output, sizeof output, &length));
    EXPECT(psa_cipher_encrypt_setup(&cipher, changed, PSA_ALG_CTR), PSA_ERROR_NOT_PERMITTED);
    DONE(psa_destroy_key(changed));
    EXPECT(psa_mac_sign_setup(&mac, changed, hmac), PSA_ERROR_INVALID_HANDLE);
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
    another_key_in_its_place();
    DONE(psa_destroy_key(key));
    return expect_report();
}
