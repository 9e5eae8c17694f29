# tries: change the root directory; expect: told chroot
def answer():
    import os

    os.chroot('.')
