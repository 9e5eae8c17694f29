# tries: read the first process's environment; expect: told open '/proc/1/environ'
def answer():
    return open('/proc/1/environ').read()
