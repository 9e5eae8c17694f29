# tries: overwrite a private file; expect: told write
def answer():
    open('__CANARY__', 'w').write('pwned')
