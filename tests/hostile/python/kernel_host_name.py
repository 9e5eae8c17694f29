# tries: rename the machine; expect: told sethostname
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_sethostname__, b'pwned', 5), ctypes.get_errno()
