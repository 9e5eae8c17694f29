# tries: plant code in an installed library; expect: told write
def answer():
    import numpy

    open(numpy.__file__, 'a').write('raise SystemExit')
