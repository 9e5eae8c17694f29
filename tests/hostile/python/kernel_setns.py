# tries: enter another namespace; expect: told setns
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_setns__, 0, 0), ctypes.get_errno()
