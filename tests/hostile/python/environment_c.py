# tries: read the environment from C; expect: harmless
def answer():
    import ctypes

    block = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    found, at = [], 0
    while block[at]:
        found.append(block[at].decode())
        at += 1
    return found
