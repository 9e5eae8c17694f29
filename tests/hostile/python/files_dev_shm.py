# tries: leave a file in shared memory; expect: told write
def answer():
    open('/dev/shm/planted', 'w').write('x')
