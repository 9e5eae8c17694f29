# tries: change what may be traced; expect: told prctl
def answer():
    import ctypes

    return ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
