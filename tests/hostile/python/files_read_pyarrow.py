# tries: read a private file with pyarrow (no Python in between); expect: told open
def answer():
    import pyarrow.csv

    return pyarrow.csv.read_csv('__CANARY__')
