# tries: read the drill's reference; expect: told open
def answer():
    return open('__DRILL__/reference.sql').read()
