# tries: compute 9**9**9; expect: wall|memory|error|cpu
def answer():
    return len(str(9**9**9))
