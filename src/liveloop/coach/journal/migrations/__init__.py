"""How does a journal of an older version become one of this version?"""
