# tries: complain for gigabytes; expect: output
def answer():
    import sys

    while True:
        sys.stderr.write('x' * 10_000)
