# tries: make a user namespace of its own; expect: told unshare
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_unshare__, 0x10000000), ctypes.get_errno()
