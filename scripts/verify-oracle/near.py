"""Floats that are compared with a tolerance."""


class Near(float):
    """A float that another order of summation may change in its last digits; `scale` is the largest magnitude that went in."""

    scale: float

    def __new__(cls, value: float, scale: float = 0.0):
        made = super().__new__(cls, value)
        made.scale = max(abs(made), abs(scale))
        return made
