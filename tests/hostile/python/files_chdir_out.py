# tries: step out of the scratch; expect: told chdir
def answer():
    import os

    os.chdir('__HOME__')
    return open('canary.txt').read()
