# tries: become root; expect: told setuid
def answer():
    import os

    os.setuid(0)
