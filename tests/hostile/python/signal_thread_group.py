# tries: signal a thread of the zygote; expect: told tgkill
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_tgkill__, 1, 1, 9), ctypes.get_errno()
