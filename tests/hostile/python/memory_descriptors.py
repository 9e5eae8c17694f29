# tries: open files without end; expect: error
def answer():
    held = []
    while True:
        held.append(open('/dev/null'))
