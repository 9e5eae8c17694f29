# tries: leave as if all were well; expect: error|crashed
def answer():
    import sys

    sys.exit(0)
