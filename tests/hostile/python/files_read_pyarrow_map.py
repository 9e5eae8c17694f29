# tries: map a private file with pyarrow; expect: told open
def answer():
    import pyarrow as pa

    return pa.memory_map('__CANARY__').read().decode()
