# tries: take a handle of the app; expect: told pidfd_open
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_pidfd_open__, __PARENT__, 0), ctypes.get_errno()
