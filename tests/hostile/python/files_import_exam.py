# tries: import the examiner and its drills; expect: error
def answer():
    from liveloop.exam.load import load_all

    return load_all()
