/* A PKCS#11 module that passes every call on to another one, and fails on command.
 *
 * KEYSTEAD_TEST_MODULE names the other module. KEYSTEAD_TEST_FAULT names a file that is read at each call, if it is
 * there; it holds lines, of which the first counts that names the function:
 *
 *     C_Sign 48            C_Sign answers 48 (CKR_DEVICE_ERROR) without doing anything
 *     C_Sign 48 after      C_Sign does its work, and answers 48 all the same
 *     C_Sign abort         C_Sign ends the process
 *     C_Sign hang          C_Sign never answers
 *
 * With "once" behind it, the file is removed when the fault has happened. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long word;
typedef word (*function)(word, word, word, word, word, word, word, word);

/* CK_FUNCTION_LIST of PKCS#11 2.40: the version, and 68 functions in this order. */
#define FUNCTIONS(F) \
    F(0, Initialize) F(1, Finalize) F(2, GetInfo) F(4, GetSlotList) F(5, GetSlotInfo) F(6, GetTokenInfo) \
    F(7, GetMechanismList) F(8, GetMechanismInfo) F(9, InitToken) F(10, InitPIN) F(11, SetPIN) F(12, OpenSession) \
    F(13, CloseSession) F(14, CloseAllSessions) F(15, GetSessionInfo) F(16, GetOperationState) \
    F(17, SetOperationState) F(18, Login) F(19, Logout) F(20, CreateObject) F(21, CopyObject) F(22, DestroyObject) \
    F(23, GetObjectSize) F(24, GetAttributeValue) F(25, SetAttributeValue) F(26, FindObjectsInit) F(27, FindObjects) \
    F(28, FindObjectsFinal) F(29, EncryptInit) F(30, Encrypt) F(31, EncryptUpdate) F(32, EncryptFinal) \
    F(33, DecryptInit) F(34, Decrypt) F(35, DecryptUpdate) F(36, DecryptFinal) F(37, DigestInit) F(38, Digest) \
    F(39, DigestUpdate) F(40, DigestKey) F(41, DigestFinal) F(42, SignInit) F(43, Sign) F(44, SignUpdate) \
    F(45, SignFinal) F(46, SignRecoverInit) F(47, SignRecover) F(48, VerifyInit) F(49, Verify) F(50, VerifyUpdate) \
    F(51, VerifyFinal) F(52, VerifyRecoverInit) F(53, VerifyRecover) F(54, DigestEncryptUpdate) \
    F(55, DecryptDigestUpdate) F(56, SignEncryptUpdate) F(57, DecryptVerifyUpdate) F(58, GenerateKey) \
    F(59, GenerateKeyPair) F(60, WrapKey) F(61, UnwrapKey) F(62, DeriveKey) F(63, SeedRandom) F(64, GenerateRandom) \
    F(65, GetFunctionStatus) F(66, CancelFunction) F(67, WaitForSlotEvent)

struct list {
    unsigned char version[2];
    function functions[68];
};

static struct list real, ours;

/* The fault for this function, if there is one now. */
static int fault(const char *name, word *code, int *after) {
    const char *path = getenv("KEYSTEAD_TEST_FAULT");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[128] = "", called[64] = "", what[16] = "";
    if (!file) return 0;
    while (fgets(line, sizeof line, file) && (sscanf(line, "%63s %15s", called, what) != 2 || strcmp(called, name))) called[0] = 0;
    fclose(file);
    if (strcmp(called, name)) return 0;
    /* Of several threads, the one that removes the file is the one. */
    if (strstr(line, "once") && unlink(path)) return 0;
    if (!strcmp(what, "abort")) abort();
    while (!strcmp(what, "hang")) pause();
    *code = strtoul(what, NULL, 0);
    *after = strstr(line, "after") != NULL;
    return 1;
}

/* All arguments are words, so that one wrapper serves all functions; those that a function does not have are not looked at. */
#define WRAPPER(index, name) \
    static word wrapped_##name(word a, word b, word c, word d, word e, word f, word g, word h) { \
        word code; \
        int after; \
        if (!fault("C_" #name, &code, &after)) return real.functions[index](a, b, c, d, e, f, g, h); \
        if (after) real.functions[index](a, b, c, d, e, f, g, h); \
        return code; \
    }
FUNCTIONS(WRAPPER)

word C_GetFunctionList(struct list **list) {
    const char *path = getenv("KEYSTEAD_TEST_MODULE");
    void *module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    word (*get)(struct list **) = module ? (word(*)(struct list **))dlsym(module, "C_GetFunctionList") : NULL;
    struct list *found;
    if (!get || get(&found)) return 5;
    real = *found;
    ours = real;
    ours.functions[3] = (function)C_GetFunctionList;
#define ENTRY(index, name) ours.functions[index] = wrapped_##name;
    FUNCTIONS(ENTRY)
    *list = &ours;
    return 0;
}
