# tries: kill another process; expect: told kill
def answer():
    import os

    os.kill(__VICTIM__, 9)
