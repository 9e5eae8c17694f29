# tries: set the clock; expect: told clock_settime
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_clock_settime__, 0, (ctypes.c_uint64 * 2)(1, 1)), ctypes.get_errno()
