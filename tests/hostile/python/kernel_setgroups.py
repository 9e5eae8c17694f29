# tries: join groups; expect: told setgroups
def answer():
    import os

    os.setgroups([0])
