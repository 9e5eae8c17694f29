"""How is an experiment of any size analysed where its data lie?"""
