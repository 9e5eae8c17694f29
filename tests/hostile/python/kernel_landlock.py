# tries: build rules of its own; expect: told landlock_create_ruleset
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_landlock_create_ruleset__, 0, 0, 1), ctypes.get_errno()
