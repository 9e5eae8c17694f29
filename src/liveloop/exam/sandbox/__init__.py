"""Where does foreign code run?"""
