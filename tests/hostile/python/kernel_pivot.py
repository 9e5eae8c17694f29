# tries: change the root; expect: told pivot_root
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_pivot_root__, b'.', b'.'), ctypes.get_errno()
