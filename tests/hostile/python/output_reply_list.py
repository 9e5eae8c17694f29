# tries: return a hundred million values; expect: memory|output|error|harmless|wall|cpu
def answer():
    return list(range(10**8))
