# tries: read the password hashes and hide the failure; expect: told open '/etc/shadow'
def answer():
    import os

    try:
        return os.read(os.open("/etc/shadow", os.O_RDONLY), 100)
    except OSError:
        return "nothing happened"
