# tries: run a program from memory; expect: told memfd_create
def answer():
    import os

    fd = os.memfd_create('x')
    os.write(fd, b'\x7fELF')
    os.execve(fd, ['x'], {})
