# tries: write into the root directory; expect: told write
def answer():
    open('/planted', 'w').write('x')
