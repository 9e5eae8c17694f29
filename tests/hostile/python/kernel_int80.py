# tries: reach a call through the 32-bit table; expect: harmless|signal|told|error
def answer():
    import ctypes
    import mmap
    import platform

    if platform.machine() != "x86_64":
        raise OSError("there is no 32-bit table here")
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # getpid of the 32-bit table
    got = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    assert got == -38, f"the 32-bit table answered {got}"
    return got
