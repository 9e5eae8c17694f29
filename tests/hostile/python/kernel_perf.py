# tries: watch the machine's counters; expect: told perf_event_open
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_perf_event_open__, (ctypes.c_uint64 * 16)(), 0, -1, -1, 0), ctypes.get_errno()
