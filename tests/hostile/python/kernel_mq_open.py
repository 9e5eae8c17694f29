# tries: keep a POSIX queue after its death; expect: told mq_open
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_mq_open__, b'planted', 0o102, 0o600, 0), ctypes.get_errno()
