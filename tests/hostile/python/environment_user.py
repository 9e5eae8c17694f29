# tries: look the user up; expect: told open|error
def answer():
    import pwd

    return pwd.getpwall()
