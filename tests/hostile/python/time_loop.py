# tries: loop without end; expect: wall|cpu
def answer():
    while True:
        pass
