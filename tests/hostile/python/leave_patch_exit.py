# tries: put its own function in the place of os._exit; expect: harmless|crashed|error
def answer():
    import os

    os._exit = lambda code: None
    os.write = lambda *_: 0
    return 1
