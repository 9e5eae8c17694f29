"""How are the weights of the finder got from examples?"""
