# tries: fold a huge constant; expect: error|memory|wall|harmless|cpu|output
def answer():
    return len('a' * (1 << 31)) + len((0,) * (1 << 28))
