# tries: delete objects that make two more each; expect: wall|output
class Hydra:
    def __del__(self):
        Hydra()
        Hydra()


def answer(*given, **named):
    Hydra()
    return 1
