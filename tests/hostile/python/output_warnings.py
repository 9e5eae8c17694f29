# tries: warn without end; expect: output|wall|cpu
def answer():
    import warnings

    warnings.simplefilter('always')
    while True:
        warnings.warn('x' * 1000)
