# tries: run code in an annotation; expect: processes|error
import os


def answer(rows: os.system('touch __HOME__/pwned') = 1):
    return 1
