# tries: read the app's secrets from the environment; expect: harmless
def answer():
    import os

    return dict(os.environ)
