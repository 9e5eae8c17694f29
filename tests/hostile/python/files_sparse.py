# tries: make a file of ten terabytes; expect: error|signal
def answer():
    import os

    open('big', 'wb').close()
    os.truncate('big', 10 << 40)
