"""How is an experiment planned, analysed and checked as a whole?"""
