# tries: read a private file with the C library; expect: told open
def answer():
    import ctypes

    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    return libc.fopen(b"__CANARY__", b"r")
