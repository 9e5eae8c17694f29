# tries: kill everything and hide the failure; expect: told kill
def answer():
    import os

    try:
        os.kill(-1, 9)
    except OSError:
        pass
    return 1
