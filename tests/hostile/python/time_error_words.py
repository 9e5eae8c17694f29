# tries: raise an error whose words never end; expect: wall
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def answer(*given, **named):
    raise Endless
