# tries: nest directories without end; expect: wall|error|harmless|cpu
def answer():
    import os

    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    return os.getcwd()[:10]
