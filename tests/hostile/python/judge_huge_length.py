# tries: return a range of a quintillion; expect: harmless|error|memory|wall|cpu
def answer():
    return range(10**18)
