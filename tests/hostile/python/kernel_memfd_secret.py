# tries: keep memory that nobody can read; expect: told memfd_secret
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_memfd_secret__, 0), ctypes.get_errno()
