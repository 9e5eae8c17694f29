# tries: take the app's open files through /proc; expect: told open
def answer():
    import os

    return os.listdir('/proc/__PARENT__/fd')
