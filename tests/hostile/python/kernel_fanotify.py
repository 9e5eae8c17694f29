# tries: watch every file; expect: told fanotify_init
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_fanotify_init__, 0, 0), ctypes.get_errno()
