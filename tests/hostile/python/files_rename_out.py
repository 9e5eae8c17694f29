# tries: move a file out of the scratch; expect: told rename
def answer():
    import os

    open("x", "w").write("pwned")
    os.rename("x", "__CANARY__")
