# tries: reach the app's directory through /proc; expect: told open
def answer():
    import os

    return os.listdir('/proc/__PARENT__/cwd')
