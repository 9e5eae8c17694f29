# tries: stuff the kernel's pipes; expect: told fcntl
def answer():
    import fcntl
    import os

    ends = []
    for _ in range(10_000):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            fcntl.fcntl(writing, 1031, 1 << 20)
        except OSError:
            pass
        os.write(writing, b"x" * (1 << 16))
        ends.append((reading, writing))
    return len(ends)
