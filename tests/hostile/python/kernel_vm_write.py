# tries: write the zygote's memory; expect: told process_vm_writev
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_process_vm_writev__, 1, 0, 0, 0, 0, 0), ctypes.get_errno()
