# tries: hold the kernel at a page fault; expect: told userfaultfd
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_userfaultfd__, 0), ctypes.get_errno()
