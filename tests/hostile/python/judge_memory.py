# tries: scan its own memory for the expected value; expect: harmless|signal|told|error
def answer():
    import ctypes

    at = id(object()) & ~0xFFF
    return ctypes.string_at(at, 4096).hex()
