/* Threads that are cancelled inside calls of a PKCS#11 module: each call comes to its end, the thread ends behind it, and the
 * others go on with the module. */

#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#define THREADS 32
#define OK 0
#define SERIAL_SESSION 4
#define SLOT 1

typedef unsigned long Value;

/* CK_FUNCTION_LIST, and places in it. */
struct function_list {
    unsigned char version[2];
    void (*functions[68])(void);
};
enum { INITIALIZE = 0, FINALIZE = 1, OPEN_SESSION = 12, CLOSE_SESSION = 13, GENERATE_RANDOM = 64 };

static Value (*open_session)(Value, Value, void *, void *, Value *);
static Value (*close_session)(Value);
static Value (*generate_random)(Value, unsigned char *, Value);

static sem_t drawn;

/** What each thread counts: what is not as expected. */
static unsigned draw(void)
{
    unsigned char bytes[16];
    Value session = 0;
    unsigned failures = open_session(SLOT, SERIAL_SESSION, NULL, NULL, &session) != OK;
    failures += generate_random(session, bytes, sizeof bytes) != OK;
    return failures + (close_session(session) != OK);
}

/** Cancelled before its calls, it ends behind them. */
static void *draw_once(void *given)
{
    unsigned *failures = given;
    *failures = pthread_cancel(pthread_self()) != 0;
    *failures += draw();
    pthread_testcancel();
    *failures += 1;
    return NULL;
}

/** Cancelled by another thread, in most cases inside a call. */
static void *draw_for_ever(void *given)
{
    unsigned *failures = given;
    *failures = 0;
    for (;;) {
        *failures += draw();
        sem_post(&drawn);
        pthread_testcancel();
    }
    return NULL;
}

/** Waits for the end of a cancelled thread. Gives what was not as expected. */
static unsigned joined(pthread_t thread, const unsigned *failures)
{
    void *end = NULL;
    return (pthread_join(thread, &end) != 0) + (end != PTHREAD_CANCELED) + *failures;
}

int main(int count, char **arguments)
{
    Value (*get_function_list)(struct function_list **);
    struct function_list *module;
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    pthread_t thread;
    unsigned failures, wrong, i;
    if (library == NULL) {
        return 2;
    }
    *(void **)&get_function_list = dlsym(library, "C_GetFunctionList");
    wrong = get_function_list(&module) != OK;
    open_session = (Value(*)(Value, Value, void *, void *, Value *))module->functions[OPEN_SESSION];
    close_session = (Value(*)(Value))module->functions[CLOSE_SESSION];
    generate_random = (Value(*)(Value, unsigned char *, Value))module->functions[GENERATE_RANDOM];
    wrong += ((Value(*)(void *))module->functions[INITIALIZE])(NULL) != OK;

    wrong += pthread_create(&thread, NULL, draw_once, &failures) != 0;
    wrong += joined(thread, &failures);
    for (i = 0; i < THREADS; i++) {
        sem_init(&drawn, 0, 0);
        wrong += pthread_create(&thread, NULL, draw_for_ever, &failures) != 0;
        sem_wait(&drawn);
        wrong += pthread_cancel(thread) != 0;
        wrong += joined(thread, &failures);
    }

    wrong += draw();
    wrong += ((Value(*)(void *))module->functions[FINALIZE])(NULL) != OK;
    printf("%u not as expected\n", wrong);
    return wrong != 0;
}
