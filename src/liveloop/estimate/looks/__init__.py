"""What may be concluded when the data are looked at while they come in?"""
