# tries: have the kernel signal the app for it; expect: told fcntl
def answer():
    import fcntl
    import os

    reading, _ = os.pipe()
    fcntl.fcntl(reading, 8, __PARENT__)
