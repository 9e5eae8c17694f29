# tries: open a file by its handle; expect: told open_by_handle_at
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_open_by_handle_at__, -100, (ctypes.c_uint64 * 16)(), 0), ctypes.get_errno()
