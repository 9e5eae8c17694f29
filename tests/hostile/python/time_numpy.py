# tries: keep a library busy inside C; expect: wall|cpu|memory|error
def answer():
    import numpy as np

    matrix = np.ones((3000, 3000))
    while True:
        matrix = matrix @ matrix
