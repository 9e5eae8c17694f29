# tries: unpack a zip file of ten gigabytes; expect: memory|error|wall|cpu|signal
def answer():
    import io
    import zipfile

    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in range(4):
            archive.writestr(str(name), bytes(100 << 20))
    with zipfile.ZipFile(box) as archive:
        return [archive.read(str(name % 4)) for name in range(100)]
