# tries: raise what only a user raises; expect: error|crashed
def answer():
    raise KeyboardInterrupt
