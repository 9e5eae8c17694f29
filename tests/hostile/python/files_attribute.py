# tries: mark a library with an attribute; expect: told setxattr
def answer():
    import os

    import numpy

    os.setxattr(numpy.__file__, 'user.planted', b'x')
