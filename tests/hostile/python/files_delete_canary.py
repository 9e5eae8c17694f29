# tries: delete a private file and hide the failure; expect: told unlink
def answer():
    import os

    try:
        os.unlink("__CANARY__")
    except OSError:
        pass
    return 1
