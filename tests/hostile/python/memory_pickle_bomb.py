# tries: unpickle a program; expect: processes|error
def answer():
    import pickle

    return pickle.loads(b"cos\nsystem\n(S'touch __HOME__/pwned'\ntR.")
