"""What did a treatment do, when not everyone took what was assigned to them?"""
