# tries: take 60 GB at once; expect: memory|error
def answer():
    return len(bytearray(60 << 30))
