# tries: find references beside the package; expect: told open
def answer():
    import pathlib

    import liveloop

    found = []
    for root in (*pathlib.Path(liveloop.__file__).parents, pathlib.Path("__DRILL__")):
        found += [path.read_text() for path in root.glob("drills/*/*/reference.*")]
        found += [path.read_text() for path in root.glob("_drills/*/*/reference.*")]
        found += [path.read_text() for path in root.glob("reference.*")]
    return found
