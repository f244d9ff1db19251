/* The words of e2e_tests/scenarios/README.md for types, usages and algorithms, in both directions. */

#ifndef CONFORMANCE_WORDS_H
#define CONFORMANCE_WORDS_H

#include <psa/crypto.h>
#include <stdbool.h>

/** Longest text of words here, with its end. */
#define WORDS_SIZE 256

/** Each gives whether the word is known. */
bool type_of(const char *word, psa_key_type_t *type);
bool usage_of(const char *words, psa_key_usage_t *usage);
bool algorithm_of(const char *word, psa_algorithm_t *alg);

/** Each writes into WORDS_SIZE bytes, and gives whether there is a word. */
bool word_of_type(psa_key_type_t type, char *word);
bool words_of_usage(psa_key_usage_t usage, char *words);
bool word_of_algorithm(psa_algorithm_t alg, char *word);

#endif /* CONFORMANCE_WORDS_H */
