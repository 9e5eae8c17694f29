# tries: open the journal with sqlite3; expect: told open
def answer():
    import sqlite3

    return sqlite3.connect("__JOURNAL__").execute("select * from attempts").fetchall()
