# tries: have numpy unpickle a program; expect: processes|error
def answer():
    import io
    import os

    import numpy as np

    class Bomb:
        def __reduce__(self):
            return os.system, ("touch __HOME__/pwned",)

    box = io.BytesIO()
    np.save(box, np.array([Bomb()], dtype=object), allow_pickle=True)
    box.seek(0)
    return np.load(box, allow_pickle=True)
