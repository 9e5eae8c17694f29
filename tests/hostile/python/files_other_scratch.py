# tries: write into another job's scratch; expect: told
def answer():
    import os

    here = os.getcwd()
    got = []
    for name in os.listdir(os.path.dirname(here)):
        there = os.path.join(os.path.dirname(here), name)
        if there != here:
            open(os.path.join(there, "planted.py"), "w").write("x")
            got.append(os.listdir(there))
    return got
