# tries: pour gigabytes into the reply; expect: output
def answer():
    import os

    while True:
        for number in range(3, 8):
            try:
                os.write(number, b"x" * 100_000)
            except OSError:
                pass
