# tries: reach a call through the x32 table; expect: harmless|signal|told
def answer():
    import ctypes

    return ctypes.CDLL(None).syscall(0x40000000 | 41, 2, 1, 0)
