"""How the trained weights in corpus/weights were made: from the law on the shelf, reproducible from a seed."""
