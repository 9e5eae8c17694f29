# tries: turn swap on; expect: told swapon
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_swapon__, b'x', 0), ctypes.get_errno()
