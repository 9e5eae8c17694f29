# tries: list the machine's processes; expect: told open '/proc'
def answer():
    import os

    return [name for name in os.listdir('/proc') if name.isdigit()]
