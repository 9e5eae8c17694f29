# tries: write to the terminal; expect: told write
def answer():
    open('/dev/tty', 'w').write('pwned')
