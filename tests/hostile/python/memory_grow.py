# tries: grow a list without end; expect: memory|error|wall|cpu
def answer():
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
