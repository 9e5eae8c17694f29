# tries: start another kernel; expect: told kexec_load
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_kexec_load__, 0, 0, 0, 0), ctypes.get_errno()
