# tries: unpack a bomb; expect: memory|error|wall|cpu|signal
def answer():
    import io
    import zlib

    packed = zlib.compress(bytes(1 << 26), 9)
    packed = zlib.compress(packed * 200, 9)
    inner = zlib.decompress(packed)
    one = zlib.decompressobj()
    kept = io.BytesIO()
    while True:
        kept.write(zlib.decompress(inner[: len(inner) // 200]))
