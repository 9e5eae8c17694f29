# tries: plant compiled code; expect: told mkdir|told write
def answer():
    import os

    import numpy

    os.makedirs(os.path.dirname(numpy.__file__) + "/planted", exist_ok=True)
    return os.listdir(os.path.dirname(numpy.__file__) + "/planted")
