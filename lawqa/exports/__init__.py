"""An answer on paper: laid out once (`sheet`), written as a Word document (`word`) or as a page for printing."""
