"""The index at sizes up to a million passages: how fast, how large, how exact, beside what else one could take.

A bench on rows and generations of its own in a scratch folder, through the code that serves readers. Real law comes
first, then copies of it with words swapped and vectors perturbed. The encoder takes no part: questions are vectors and
words that were made of passages.
"""
