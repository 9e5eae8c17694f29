# tries: grow without end and swallow every failure; expect: memory|error|wall|cpu
def answer():
    kept = []
    while True:
        try:
            kept.append(b"x" * (1 << 22))
        except MemoryError:
            pass
