# tries: print sequences that rewrite a terminal; expect: harmless
def answer():
    print('\x1b]0;pwned\x07\x1b[2J\x1b[1;1H all probes survived')
    return 1
