# tries: unmount what hides the machine; expect: told umount2
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_umount2__, b'/proc', 2), ctypes.get_errno()
