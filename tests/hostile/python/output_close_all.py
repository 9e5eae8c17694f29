# tries: close every descriptor; expect: crashed|harmless|signal|error|told
def answer():
    import os

    os.closerange(0, 64)
    return 1
