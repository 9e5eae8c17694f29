# tries: read the command line that started it; expect: harmless
def answer():
    import sys

    return sys.argv, sys.orig_argv, sys.flags
