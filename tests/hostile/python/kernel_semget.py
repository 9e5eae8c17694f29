# tries: keep semaphores after its death; expect: told semget
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_semget__, 0, 10, 0o1600), ctypes.get_errno()
