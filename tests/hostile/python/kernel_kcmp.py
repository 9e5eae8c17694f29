# tries: compare kernel objects; expect: told kcmp
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_kcmp__, 1, 2, 0, 0, 0), ctypes.get_errno()
