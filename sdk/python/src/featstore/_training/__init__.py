"""Training sets: their spines, requests and answers."""
