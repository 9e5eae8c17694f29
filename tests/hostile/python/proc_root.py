# tries: reach the real root through /proc; expect: told open
def answer():
    return open('/proc/1/root__CANARY__').read()
