# tries: import the sealed truth; expect: error
def answer():
    from liveloop.worlds.truth import unseal

    return unseal
