# tries: kill its group and the zygote's; expect: told kill
def answer():
    import os

    for group in (0, os.getppid(), __PARENT__):
        try:
            os.killpg(group, 9)
        except OSError:
            pass
    return 1
