# tries: list all permutations; expect: memory|error|wall|cpu
def answer():
    import itertools

    return len(list(itertools.permutations(range(14))))
