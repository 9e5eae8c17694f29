# tries: change a path while it is being judged; expect: told|wall|cpu
def answer():
    import ctypes
    import threading
    import time

    libc = ctypes.CDLL(None)
    path = ctypes.create_string_buffer(b"/dev/null", 256)
    end = time.monotonic() + 0.5

    def flip():
        while time.monotonic() < end:
            path.value = b"__CANARY__"
            path.value = b"/dev/null"

    threading.Thread(target=flip, daemon=True).start()
    got = []
    while time.monotonic() < end:
        held = libc.open(path, 0)
        if held >= 0:
            room = ctypes.create_string_buffer(64)
            if libc.read(held, room, 64) > 0:
                got.append(room.value.decode())
            libc.close(held)
    return got
