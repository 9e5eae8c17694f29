# tries: race a link under a temporary file's name; expect: told symlink
def answer():
    import os
    import tempfile

    for _ in range(40):
        path = tempfile.mktemp()
        try:
            os.symlink("__CANARY__", path)
            with open(path, "w") as file:
                file.write("pwned")
        except OSError:
            pass
    return 1
