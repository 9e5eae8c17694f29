# tries: read the source of the sealed truth; expect: told open
def answer():
    import pathlib

    import liveloop

    return pathlib.Path(liveloop.__file__).with_name("worlds").joinpath("truth.py").read_text()
