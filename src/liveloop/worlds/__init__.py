"""Which worlds are there to draw from, and what is true in them?"""
