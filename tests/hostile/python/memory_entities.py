# tries: expand an XML bomb; expect: memory|error|wall|cpu|harmless
def answer():
    import xml.etree.ElementTree as tree

    names = "abcdefghij"
    lines = ['<!DOCTYPE r [<!ENTITY a "' + "x" * 100 + '">']
    for before, name in zip(names, names[1:]):
        lines.append(f'<!ENTITY {name} "' + f"&{before};" * 10 + '">')
    return len(tree.fromstring("\n".join(lines) + "]><r>&j;</r>").text)
