# tries: raise an exception that Exception does not cover; expect: error|crashed
def answer():
    class Odd(BaseException):
        def __str__(self):
            raise Odd

    raise Odd
