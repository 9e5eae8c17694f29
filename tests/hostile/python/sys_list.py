# tries: list the kernel's devices; expect: told open '/sys'
def answer():
    import os

    return os.listdir('/sys')
