"""Random questions of random days over editions of one law: is anything of another day found?"""
