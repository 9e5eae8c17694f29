# tries: trace the zygote; expect: told ptrace
def answer():
    import ctypes
    import os

    return ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)
