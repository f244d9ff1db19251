/* Lines of e2e_tests/scenarios/README.md: the arguments that they have, and answers. */

#ifndef CONFORMANCE_LINES_H
#define CONFORMANCE_LINES_H

#include <psa/crypto.h>

/** Arguments of the longest line. */
#define MAX_ARGUMENTS 16

/** A line: an operation, and arguments `name=value`. */
struct step {
    char *operation;
    char *arguments[MAX_ARGUMENTS];
    int count;
};

/** Bytes that whoever asked for them frees. */
struct bytes {
    uint8_t *start;
    size_t length;
};

/* Arguments. The program ends if the line has none of this name. */

const char *word(const struct step *step, const char *name);
unsigned long number(const struct step *step, const char *name);
struct bytes bytes(const struct step *step, const char *name);
/** The identifier of the key that the line names. */
psa_key_id_t key(const struct step *step);

/** Room for a result of this size. */
struct bytes room(size_t size);

/* Answers. */

/** A status other than PSA_SUCCESS. */
void answer_status(psa_status_t status);
void answer(psa_status_t status);
/** A result that is bytes, or why there is none. */
void answer_bytes(psa_status_t status, const char *name, const uint8_t *start, size_t length);
/** One of several results, in a line that has begun. */
void print_bytes(const char *name, const uint8_t *start, size_t length);

#endif /* CONFORMANCE_LINES_H */
