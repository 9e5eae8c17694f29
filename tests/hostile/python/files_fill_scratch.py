# tries: fill the disk; expect: error|harmless|output|wall|signal
def answer():
    written = 0
    for name in range(1000):
        with open(str(name), "wb") as file:
            written += file.write(b"x" * (8 << 20))
    return written
