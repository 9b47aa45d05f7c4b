"""Guests: child processes without rights, in which the files of strangers are opened."""
