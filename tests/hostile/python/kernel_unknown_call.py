# tries: make a call that no table has; expect: harmless
def answer():
    import ctypes

    return ctypes.CDLL(None).syscall(9999)
