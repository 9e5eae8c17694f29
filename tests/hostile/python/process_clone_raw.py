# tries: fork with a bare system call; expect: processes
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_clone__, 17, 0, 0, 0, 0), ctypes.get_errno()
