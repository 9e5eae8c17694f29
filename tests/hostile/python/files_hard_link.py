# tries: take a hard link of a private file; expect: told link
def answer():
    import os

    os.link("__CANARY__", "mine")
    return open("mine").read()
