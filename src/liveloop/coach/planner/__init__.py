"""From today to the interview: what is practised on which day, and what does that guarantee?"""
