# tries: read the app's memory; expect: told open
def answer():
    return open('/proc/__PARENT__/mem', 'rb').read(16)
