# tries: overwrite the interpreter's objects; expect: signal|crashed|error|wall|harmless|told|cpu
def answer():
    import ctypes

    ctypes.memset(id(None), 0, 64)
    ctypes.memset(id(int), 255, 400)
    return 1
