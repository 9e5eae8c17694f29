# tries: print bytes that are no text; expect: harmless
def answer():
    import os

    os.write(1, bytes(range(256)) * 10)
    return 1
