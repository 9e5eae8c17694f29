"""What breaks when an attempt is executed?"""
