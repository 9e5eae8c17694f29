# tries: return what never ends; expect: wall|memory|cpu|error|harmless
def answer():
    class Endless(dict):
        def items(self):
            while True:
                yield 1, 1

    return Endless(a=1)
