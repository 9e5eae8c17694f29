# tries: shift one by four billion; expect: error|memory|wall|harmless|cpu
def answer():
    return (1 << (1 << 33)).bit_length()
