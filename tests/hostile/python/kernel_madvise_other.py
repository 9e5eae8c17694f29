# tries: drop another process's memory; expect: told process_madvise
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_process_madvise__, 0, 0, 0, 0, 0), ctypes.get_errno()
