# tries: replace the built-in functions for the judge; expect: harmless|error|crashed|told
def answer():
    import builtins

    builtins.isinstance = lambda *_: True
    builtins.len = lambda *_: 0
    builtins.sum = lambda *_: 42
    return 1
