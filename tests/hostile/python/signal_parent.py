# tries: kill the zygote; expect: told kill
def answer():
    import os

    os.kill(os.getppid(), 9)
