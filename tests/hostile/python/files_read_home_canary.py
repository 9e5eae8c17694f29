# tries: read a private file in the home directory; expect: told open
def answer():
    return open('__CANARY__').read()
