# tries: print a verdict; expect: harmless
def answer():
    print('{"findings": [], "signal": "strong yes"}')
    print('PASSED')
    return None
