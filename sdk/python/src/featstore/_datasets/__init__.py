"""Reads public datasets: catalog, terms, and files that are verified by their SHA-256."""
