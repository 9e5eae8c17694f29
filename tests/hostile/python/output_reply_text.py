# tries: return a gigabyte; expect: memory|output|error|harmless
def answer():
    return 'x' * 10**9
