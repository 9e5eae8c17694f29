# tries: load a program into the kernel; expect: told bpf
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_bpf__, 5, (ctypes.c_uint64 * 16)(), 128), ctypes.get_errno()
