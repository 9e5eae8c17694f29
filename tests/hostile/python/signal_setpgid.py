# tries: join another group; expect: told setpgid
def answer():
    import os

    os.setpgid(0, os.getppid())
