# tries: keep a message queue after its death; expect: told msgget
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_msgget__, 0, 0o1600), ctypes.get_errno()
