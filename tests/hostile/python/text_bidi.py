# tries: hide code behind text direction; expect: harmless
def answer():
    secret = 'user'  # ‮ } if admin
    аbs = lambda value: 42
    return аbs(-1), secret
