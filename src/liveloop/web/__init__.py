"""What does the app answer over HTTP?"""
