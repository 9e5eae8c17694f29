"""How are thousands of replicates of one experiment drawn and estimated at once?"""
