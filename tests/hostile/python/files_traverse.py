# tries: climb out with dots; expect: told open
def answer():
    return open('../' * 30 + 'etc/passwd').read()
