# tries: return a number that raises when it is compared; expect: harmless
def answer(*given, **named):
    from decimal import Decimal

    import pandas as pd

    return pd.DataFrame({name: [Decimal("sNaN"), 1] for name in ("topic", "n", "rate", "low", "high")}, dtype=object)
