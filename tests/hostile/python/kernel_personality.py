# tries: turn address randomisation off; expect: told personality
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_personality__, 0x0040000), ctypes.get_errno()
