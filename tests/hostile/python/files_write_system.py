# tries: write into the system's libraries; expect: told write
def answer():
    open('/usr/lib/planted.so', 'wb').write(b'x')
