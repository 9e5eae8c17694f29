# tries: leave what the next job cannot remove; expect: harmless
def answer():
    import os

    os.makedirs("a/b/c")
    open("a/b/c/x", "w").close()
    os.chmod("a/b", 0)
    os.chmod("a", 0)
    return 1
