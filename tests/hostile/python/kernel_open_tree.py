# tries: copy a mount; expect: told open_tree
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_open_tree__, -100, b'/', 1), ctypes.get_errno()
