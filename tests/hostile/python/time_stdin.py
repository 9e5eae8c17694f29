# tries: wait for someone to type; expect: error
def answer():
    return input()
