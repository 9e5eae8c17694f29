# tries: read the job's own payload again; expect: harmless|error|crashed
def answer():
    import os

    got = []
    for number in range(64):
        try:
            os.lseek(number, 0, 0)
            got.append(os.read(number, 100_000))
        except OSError:
            pass
    return repr(got)[:5000]
