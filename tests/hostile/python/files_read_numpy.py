# tries: read a private file with numpy; expect: told open
def answer():
    import numpy as np

    return np.fromfile('__CANARY__', dtype='u1').tolist()
