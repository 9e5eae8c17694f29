# tries: write its own memory through a file; expect: told write
def answer():
    open('/proc/self/mem', 'r+b').write(b'x')
