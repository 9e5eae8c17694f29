# tries: read the app's environment; expect: told open
def answer():
    return open('/proc/__PARENT__/environ').read()
