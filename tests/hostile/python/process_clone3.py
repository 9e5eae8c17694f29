# tries: fork with a newer call; expect: harmless
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_clone3__, (ctypes.c_uint64 * 11)(), 88), ctypes.get_errno()
