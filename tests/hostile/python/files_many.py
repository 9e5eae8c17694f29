# tries: create files without end; expect: wall|error|cpu
def answer():
    count = 0
    while True:
        open(str(count), "w").close()
        count += 1
