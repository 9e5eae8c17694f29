# tries: read the app's memory; expect: told process_vm_readv
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_process_vm_readv__, __PARENT__, 0, 0, 0, 0, 0), ctypes.get_errno()
