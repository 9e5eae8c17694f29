# tries: watch the disk; expect: told inotify_init1
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_inotify_init1__, 0), ctypes.get_errno()
