# tries: map memory that counts as a stack; expect: error|memory|harmless
def answer():
    import ctypes

    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    got = libc.mmap(None, ctypes.c_size_t(8 << 30), 3, 0x122, -1, 0)
    if got is not None and got != 2**64 - 1:
        ctypes.memset(got, 1, 8 << 30)
        return "8 GB were written"
    return got
