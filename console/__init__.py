"""The two faces of the program: parse, call, show, nothing else."""
