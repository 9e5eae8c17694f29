# tries: sum a trillion numbers inside C; expect: wall|cpu
def answer():
    return sum(range(10**12))
