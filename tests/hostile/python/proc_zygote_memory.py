# tries: write the zygote's memory; expect: told write
def answer():
    import os

    open(f'/proc/{os.getppid()}/mem', 'r+b').write(b'x')
