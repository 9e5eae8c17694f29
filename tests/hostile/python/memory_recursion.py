# tries: recurse without end; expect: error
def answer():
    def again(n):
        return again(n + 1)

    return again(0)
