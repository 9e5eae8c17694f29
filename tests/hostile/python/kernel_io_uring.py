# tries: work around the filter with io_uring; expect: told io_uring_setup
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_io_uring_setup__, 8, (ctypes.c_uint64 * 20)()), ctypes.get_errno()
