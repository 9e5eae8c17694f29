# tries: delete the home directory; expect: told|harmless
def answer():
    import shutil

    shutil.rmtree('__HOME__', ignore_errors=True)
    return 1
