# tries: match a pattern that backtracks; expect: wall|cpu
def answer():
    import re

    return re.match('(a+)+$', 'a' * 64 + 'b')
