# tries: spell names in letters that fold to others; expect: processes
def answer():
    import os

    return os.ｓｙｓｔｅｍ('touch __HOME__/pwned')
