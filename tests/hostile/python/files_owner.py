# tries: give a file away; expect: error
def answer():
    import os

    open('x', 'w').close()
    os.chown('x', 0, 0)
