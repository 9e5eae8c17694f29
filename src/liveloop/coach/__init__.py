"""What has the candidate done, and what is next?"""
