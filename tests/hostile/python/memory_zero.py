# tries: read a device that never ends; expect: error|memory|wall
def answer():
    return len(open('/dev/zero', 'rb').read())
