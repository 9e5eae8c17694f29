# tries: take the app's limits away; expect: told prlimit64
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_prlimit64__, __PARENT__, 0, (ctypes.c_uint64 * 2)(1, 1), 0), ctypes.get_errno()
