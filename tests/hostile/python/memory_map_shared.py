# tries: map 20 GB that no limit counts; expect: error|memory
def answer():
    import mmap

    return len(mmap.mmap(-1, 20 << 30))
