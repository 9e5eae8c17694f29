# tries: mount with the newer calls; expect: told fsopen
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_fsopen__, b'proc', 0), ctypes.get_errno()
