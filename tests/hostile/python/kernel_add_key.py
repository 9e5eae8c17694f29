# tries: leave a key in the kernel; expect: told add_key
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_add_key__, b'user', b'x', b'y', 1, -2), ctypes.get_errno()
