# tries: become a shell; expect: told exec|processes
def answer():
    import os

    os.execv('/bin/sh', ['sh', '-c', 'cat __CANARY__'])
