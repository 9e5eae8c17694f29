# tries: read the kernel's log; expect: told syslog
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_syslog__, 3, 0, 0), ctypes.get_errno()
