"""What does a change do in the long run, and what of it is there only at first?"""
