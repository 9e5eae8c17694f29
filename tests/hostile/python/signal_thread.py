# tries: signal a thread of the app; expect: told tkill
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_tkill__, __PARENT__, 9), ctypes.get_errno()
