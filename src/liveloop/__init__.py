"""What breaks when the model is live, and how would you know?"""
