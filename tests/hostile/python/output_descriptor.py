# tries: write gigabytes past Python's own streams; expect: output
def answer():
    import os

    while True:
        os.write(1, b'x' * 100_000)
