# tries: kill the app; expect: told kill
def answer():
    import os

    os.kill(__PARENT__, 9)
