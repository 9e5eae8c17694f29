# tries: keep shared memory by name; expect: told
def answer():
    from multiprocessing import shared_memory

    return shared_memory.SharedMemory('planted', create=True, size=1 << 30).name
