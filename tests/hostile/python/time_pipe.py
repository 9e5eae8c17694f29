# tries: wait on a pipe of its own; expect: wall
def answer():
    import os

    reading, _ = os.pipe()
    return os.read(reading, 1)
