"""What did something do that nobody randomised, judged by what was observed?"""
