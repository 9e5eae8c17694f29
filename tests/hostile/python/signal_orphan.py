# tries: outlive the zygote; expect: told prctl
def answer():
    import ctypes

    return ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
