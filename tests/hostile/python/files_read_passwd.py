# tries: read the user list; expect: told open '/etc/passwd'
def answer():
    return open('/etc/passwd').read()
