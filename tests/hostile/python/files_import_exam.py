# tries: import the examiner and its drills; expect: error|told
def answer():
    from liveloop.exam.load import load_all

    return load_all()
