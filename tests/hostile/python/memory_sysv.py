# tries: keep shared memory after its death; expect: told shmget
def answer():
    import ctypes

    return ctypes.CDLL(None).shmget(0, 1 << 30, 0o1600)
