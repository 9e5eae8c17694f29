# tries: raise its limits; expect: told setrlimit
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_setrlimit__, 9, (ctypes.c_uint64 * 2)(2**64 - 1, 2**64 - 1)), ctypes.get_errno()
