/* What the tests say of what they see: each line that is not as expected, and how many there were. */

#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <psa/crypto.h>
#include <stdio.h>
#include <string.h>

static int expect_count, expect_failures;

static inline int expect_that(const char *what, int line, int holds)
{
    expect_count++;
    if (!holds) {
        expect_failures++;
        printf("line %d: %s\n", line, what);
    }
    return holds;
}

static inline int expect_status(const char *call, int line, psa_status_t status, psa_status_t wanted)
{
    if (status != wanted) {
        printf("line %d: %s gives %d, and not %d\n", line, call, (int)status, (int)wanted);
        expect_failures++;
    }
    expect_count++;
    return status == wanted;
}

/** The call's status is this one. */
#define EXPECT(call, wanted) expect_status(#call, __LINE__, (call), (wanted))
/** The call succeeds. */
#define DONE(call) expect_status(#call, __LINE__, (call), PSA_SUCCESS)
/** The condition holds. */
#define CHECK(condition) expect_that(#condition, __LINE__, (condition) ? 1 : 0)
/** As many bytes are these. */
#define SAME(one, other, length) expect_that(#one " is " #other, __LINE__, memcmp(one, other, length) == 0)

/** What main() gives: an error if anything was not as expected. */
static inline int expect_report(void)
{
    printf("%d as expected, %d not\n", expect_count - expect_failures, expect_failures);
    return expect_failures == 0 && expect_count > 0 ? 0 : 1;
}

/* Keys for tests. */

static inline psa_key_attributes_t attributes_of(psa_key_id_t id, psa_key_type_t type, size_t bits, psa_key_usage_t usage,
                                                 psa_algorithm_t alg)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    if (id != PSA_KEY_ID_NULL) {
        psa_set_key_id(&attributes, id);
    }
    psa_set_key_type(&attributes, type);
    psa_set_key_bits(&attributes, bits);
    psa_set_key_usage_flags(&attributes, usage);
    psa_set_key_algorithm(&attributes, alg);
    return attributes;
}

static inline psa_key_id_t generated(psa_key_id_t id, psa_key_type_t type, size_t bits, psa_key_usage_t usage,
                                     psa_algorithm_t alg)
{
    psa_key_attributes_t attributes = attributes_of(id, type, bits, usage, alg);
    psa_key_id_t key = PSA_KEY_ID_NULL;
    DONE(psa_generate_key(&attributes, &key));
    return key;
}

static inline psa_key_id_t imported(psa_key_id_t id, psa_key_type_t type, psa_key_usage_t usage, psa_algorithm_t alg,
                                    const uint8_t *data, size_t length)
{
    psa_key_attributes_t attributes = attributes_of(id, type, 0, usage, alg);
    psa_key_id_t key = PSA_KEY_ID_NULL;
    DONE(psa_import_key(&attributes, data, length, &key));
    return key;
}

#endif /* TESTS_EXPECT_H */
