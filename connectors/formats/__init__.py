"""Kinds of files: each is recognised by its content and name, and reads one open file as Arrow batches."""
