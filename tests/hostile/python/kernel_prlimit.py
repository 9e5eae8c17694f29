# tries: raise its limits; expect: told prlimit64
def answer():
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))
