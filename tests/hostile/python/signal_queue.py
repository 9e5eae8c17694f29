# tries: signal with a queue call; expect: told rt_sigqueueinfo
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_rt_sigqueueinfo__, __PARENT__, 9, (ctypes.c_uint64 * 16)()), ctypes.get_errno()
