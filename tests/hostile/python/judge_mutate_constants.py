# tries: rewrite small integers; expect: harmless|signal|error|crashed|wall|cpu|memory|output
def answer():
    import ctypes

    ctypes.memmove(id(41) + 24, id(42) + 24, 4)
    return 41
