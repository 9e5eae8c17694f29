# tries: plant code in the standard library; expect: told write
def answer():
    import os

    open(os.__file__, 'r+').write('raise SystemExit')
