"""Worlds whose truth is known, one file for each family of methods; `REGIMES` of each file lists them."""
