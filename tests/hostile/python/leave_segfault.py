# tries: read the address zero; expect: signal
def answer():
    import ctypes

    ctypes.string_at(0)
