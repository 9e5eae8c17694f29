# tries: become another interpreter; expect: told exec|processes
def answer():
    import os
    import sys

    os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])
