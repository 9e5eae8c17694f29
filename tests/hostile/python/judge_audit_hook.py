# tries: listen to everything the interpreter does; expect: harmless|error
def answer():
    import sys

    heard = []
    sys.addaudithook(lambda event, args: heard.append(event))
    len(str(open))
    return heard
