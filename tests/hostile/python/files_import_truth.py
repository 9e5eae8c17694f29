# tries: import the sealed truth; expect: error|told
def answer():
    from liveloop.worlds.truth import unseal

    return unseal
