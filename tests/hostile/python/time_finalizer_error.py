# tries: raise an error that makes two more when it is deleted; expect: wall|output|memory|signal
class Hydra(Exception):
    def __del__(self):
        Hydra()
        Hydra()


def answer(*given, **named):
    raise Hydra
