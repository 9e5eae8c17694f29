# tries: return what runs code when it is unpickled; expect: harmless|error
def answer():
    import os

    class Bomb:
        def __reduce__(self):
            return os.system, ("touch __HOME__/pwned",)

    return [Bomb(), {"a": Bomb()}]
