# tries: drown the watch in opened files; expect: wall|cpu
def answer():
    import os

    while True:
        os.close(os.open("/dev/null", os.O_RDONLY))
