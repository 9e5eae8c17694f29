# tries: take 20 GB with Arrow; expect: memory|error|signal
def answer():
    import pyarrow as pa

    return pa.nulls(1 << 36, pa.int64()).nbytes
