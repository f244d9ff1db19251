"""A process that forks while it has a PKCS#11 session: the child must initialise the module anew, and the parent goes on."""

import ctypes
import os
import sys

OK, NOT_INITIALIZED, ALREADY_INITIALIZED, SESSION_HANDLE_INVALID = 0x0, 0x190, 0x191, 0xB3
SERIAL_SESSION = 4
# Places in CK_FUNCTION_LIST, after the version.
INITIALIZE, FINALIZE, GET_SLOT_LIST, OPEN_SESSION, GENERATE_RANDOM = 0, 1, 4, 12, 64

ULONG = ctypes.c_ulong
library = ctypes.CDLL(sys.argv[1])
functions = ctypes.POINTER(ctypes.c_void_p)()
assert library.C_GetFunctionList(ctypes.byref(functions)) == OK


def call(number, *arguments):
    """Calls a function by its place; the version takes the place before the first."""
    prototype = ctypes.CFUNCTYPE(ULONG, *[type(one) for one in arguments])
    return prototype(functions[number + 1])(*arguments)


def pointer(value):
    return ctypes.cast(ctypes.byref(value), ctypes.c_void_p)


NULL = ctypes.c_void_p()


def use():
    """Opens a session and has the service give random bytes."""
    session, random = ULONG(), ctypes.create_string_buffer(8)
    assert call(OPEN_SESSION, ULONG(1), ULONG(SERIAL_SESSION), NULL, NULL, pointer(session)) == OK
    assert call(GENERATE_RANDOM, session, pointer(random), ULONG(8)) == OK
    return session


def random_of(session):
    random = ctypes.create_string_buffer(8)
    return call(GENERATE_RANDOM, session, pointer(random), ULONG(8))


assert random_of(ULONG(1)) == NOT_INITIALIZED
assert call(INITIALIZE, NULL) == OK
assert call(INITIALIZE, NULL) == ALREADY_INITIALIZED
session = use()
child = os.fork()
if child == 0:
    assert random_of(session) == NOT_INITIALIZED
    assert call(FINALIZE, NULL) == NOT_INITIALIZED
    assert call(INITIALIZE, NULL) == OK
    assert random_of(ULONG(session.value + 7)) == SESSION_HANDLE_INVALID
    use()
    assert call(FINALIZE, NULL) == OK
    os._exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
assert random_of(session) == OK
assert call(FINALIZE, NULL) == OK
assert call(FINALIZE, NULL) == NOT_INITIALIZED
print("as the standard says")
