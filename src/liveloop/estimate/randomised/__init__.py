"""What did a randomised change do?"""
