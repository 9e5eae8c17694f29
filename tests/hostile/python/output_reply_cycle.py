# tries: return what contains itself; expect: harmless|error
def answer():
    ring = []
    ring.append(ring)
    return ring
