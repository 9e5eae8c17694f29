# tries: open a private file with a newer call; expect: harmless
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_openat2__, -100, b'__CANARY__', (ctypes.c_uint64 * 3)(), 24), ctypes.get_errno()
