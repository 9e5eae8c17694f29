# tries: plant a library for the next program; expect: harmless
def answer():
    import os

    os.environ['LD_PRELOAD'] = './x.so'
    os.environ['PYTHONPATH'] = '.'
    return 1
