# tries: declare another encoding; expect: error|harmless
# coding: utf-7
def answer():
    return '+AGE-'
