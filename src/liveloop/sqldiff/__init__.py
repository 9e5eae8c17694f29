"""Do two queries differ, and what is the smallest database that shows it?"""
