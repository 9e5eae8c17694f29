# tries: print a number of many digits; expect: error|wall|cpu
def answer():
    import sys

    sys.set_int_max_str_digits(0)
    return len(str(7 ** (10**8)))
