# tries: leave what the next job cannot remove; expect: told chmod
def answer():
    import os

    os.makedirs("a/b/c")
    open("a/b/c/x", "w").close()
    for path in ("a/b", "a"):
        try:
            os.chmod(path, 0)
        except OSError:
            pass
    return 1
