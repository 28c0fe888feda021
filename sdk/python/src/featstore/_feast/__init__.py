"""Results in the shape of Feast."""
