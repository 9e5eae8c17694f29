# tries: put its own filter on; expect: told seccomp
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_seccomp__, 1, 0, 0), ctypes.get_errno()
