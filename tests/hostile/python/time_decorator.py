# tries: loop in a class body; expect: wall|cpu
class Trap:
    while True:
        pass


def answer():
    return 1
