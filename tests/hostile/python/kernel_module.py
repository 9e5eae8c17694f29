# tries: load a kernel module; expect: told init_module
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_init_module__, 0, 0, 0), ctypes.get_errno()
