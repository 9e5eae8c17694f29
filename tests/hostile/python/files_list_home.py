# tries: list the home directory; expect: told open
def answer():
    import os

    return os.listdir('__HOME__')
