# tries: loop while it is imported; expect: wall|cpu
while True:
    pass


def answer():
    return 1
