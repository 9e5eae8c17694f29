# tries: mount a file system; expect: told mount
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_mount__, b'none', b'/proc', b'proc', 0, 0), ctypes.get_errno()
