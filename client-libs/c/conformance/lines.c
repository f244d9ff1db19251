/* Lines of e2e_tests/scenarios/README.md: the arguments that they have, and answers. Keys have identifiers here, so each name of the
 * scenarios gets one when it is first seen. */

#define _POSIX_C_SOURCE 200809L

#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Names of keys in all: more than the scenarios have. */
#define MAX_NAMES 4096

/** The name of a key, in hexadecimal, and where it was used; its place in the table is its identifier. */
struct key_name {
    char *name;
    unsigned long provider;
};

static struct key_name names[MAX_NAMES];
static int names_count;

static void fail(const char *why, const char *what)
{
    fprintf(stderr, "runner: %s: %s\n", why, what);
    exit(2);
}

static void *reserve(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        fail("no memory", "");
    }
    return memory;
}

/* Arguments. */

const char *word(const struct step *step, const char *name)
{
    size_t length = strlen(name);
    int i;
    for (i = 0; i < step->count; i++) {
        if (strncmp(step->arguments[i], name, length) == 0 && step->arguments[i][length] == '=') {
            return step->arguments[i] + length + 1;
        }
    }
    fail("an argument is missing", name);
    return NULL;
}

unsigned long number(const struct step *step, const char *name)
{
    return strtoul(word(step, name), NULL, 10);
}

struct bytes bytes(const struct step *step, const char *name)
{
    const char *digits = word(step, name);
    struct bytes read = { NULL, strlen(digits) / 2 };
    size_t i;
    read.start = (uint8_t *)reserve(read.length);
    for (i = 0; i < read.length; i++) {
        unsigned byte;
        if (sscanf(digits + 2 * i, "%2x", &byte) != 1) {
            fail("no hexadecimal", name);
        }
        read.start[i] = (uint8_t)byte;
    }
    return read;
}

struct bytes room(size_t size)
{
    struct bytes empty = { (uint8_t *)reserve(size), size };
    return empty;
}

psa_key_id_t key(const struct step *step)
{
    const char *name = word(step, "name");
    unsigned long provider = number(step, "provider");
    int i;
    for (i = 0; i < names_count; i++) {
        if (strcmp(names[i].name, name) == 0 && names[i].provider == provider) {
            return PSA_KEY_ID_USER_MIN + (psa_key_id_t)i;
        }
    }
    if (names_count == MAX_NAMES) {
        fail("too many keys", name);
    }
    names[names_count].name = strdup(name);
    names[names_count].provider = provider;
    return PSA_KEY_ID_USER_MIN + (psa_key_id_t)names_count++;
}

/* Answers. */

void answer_status(psa_status_t status)
{
    if (status == PSA_ERROR_COMMUNICATION_FAILURE) {
        puts("error client=connection");
    } else {
        printf("error status=%d\n", 1000 - (int)status);
    }
}

void answer(psa_status_t status)
{
    if (status == PSA_SUCCESS) {
        puts("ok");
    } else {
        answer_status(status);
    }
}

void print_bytes(const char *name, const uint8_t *start, size_t length)
{
    size_t i;
    printf(" %s=", name);
    for (i = 0; i < length; i++) {
        printf("%02x", start[i]);
    }
}

void answer_bytes(psa_status_t status, const char *name, const uint8_t *start, size_t length)
{
    if (status != PSA_SUCCESS) {
        answer_status(status);
        return;
    }
    printf("ok");
    print_bytes(name, start, length);
    putchar('\n');
}
