# tries: return what runs code when it is shown; expect: harmless|error|processes
def answer():
    class Shown:
        def __repr__(self):
            import os

            return str(os.system("touch __HOME__/pwned"))

        __str__ = __repr__

    return Shown()
