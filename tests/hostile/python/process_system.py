# tries: start a shell with system(); expect: processes
def answer():
    import os

    return os.system('touch __HOME__/pwned')
