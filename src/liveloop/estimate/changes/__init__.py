"""Did what was treated change by more than what was not, at one time or at many?"""
