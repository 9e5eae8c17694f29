# tries: rewrite the cell on disk; expect: told write
def answer():
    import liveloop.exam.sandbox.cell_python as cell

    open(cell.__file__, "w").write("def main(payload): return b'all right'")
