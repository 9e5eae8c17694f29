# tries: read the kernel's keys; expect: told keyctl
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_keyctl__, 0, -3, 0), ctypes.get_errno()
