# tries: take another process's descriptor; expect: told pidfd_getfd
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_pidfd_getfd__, 0, 0, 0), ctypes.get_errno()
