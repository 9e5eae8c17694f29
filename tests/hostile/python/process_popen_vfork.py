# tries: start a program with vfork from C; expect: processes|told
def answer():
    import ctypes

    return ctypes.CDLL(None).system(b'touch __HOME__/pwned')
