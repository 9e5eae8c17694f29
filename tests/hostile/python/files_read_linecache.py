# tries: read a private file with linecache; expect: told open
def answer():
    import linecache

    lines = linecache.getlines('__CANARY__')
    open('__CANARY__')
    return lines
