# tries: work around the filter with asynchronous input; expect: told io_setup
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_io_setup__, 8, (ctypes.c_uint64 * 2)()), ctypes.get_errno()
