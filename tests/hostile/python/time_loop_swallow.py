# tries: loop and swallow whatever is raised; expect: wall|cpu
def answer():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
