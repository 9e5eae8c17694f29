# tries: suspend the machine; expect: told write
def answer():
    open('/sys/power/state', 'w').write('mem')
