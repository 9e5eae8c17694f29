"""What happens to those who just cross a line? Regression discontinuity."""
