# tries: change the mode of a library that it may read; expect: told fchmod
def answer():
    import os

    import numpy

    with open(numpy.__file__) as file:
        os.fchmod(file.fileno(), 0o777)
