# tries: have itself traced; expect: told ptrace
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_ptrace__, 0, 0, 0, 0), ctypes.get_errno()
