# tries: open a socket with a bare system call; expect: told socket
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_socket__, 2, 1, 0), ctypes.get_errno()
