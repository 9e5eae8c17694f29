"""What does a treatment do where the arm of one unit touches the outcome of another?"""
