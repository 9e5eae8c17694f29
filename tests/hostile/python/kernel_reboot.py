# tries: reboot; expect: told reboot
def answer():
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(__NR_reboot__, 0xfee1dead, 672274793, 0x1234567, 0), ctypes.get_errno()
