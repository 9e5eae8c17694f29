# tries: print gigabytes; expect: output
def answer():
    while True:
        print('x' * 10_000)
