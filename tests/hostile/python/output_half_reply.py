# tries: announce a reply of a terabyte and leave; expect: refused|crashed
def answer():
    import os
    import struct

    for number in range(3, 64):
        try:
            os.write(number, struct.pack("=8sQ", b"LLREPLY1", 1 << 40))
        except OSError:
            pass
    os._exit(0)
