# tries: leave a file in /tmp; expect: told write
def answer():
    open('/tmp/liveloop-planted', 'w').write('x')
