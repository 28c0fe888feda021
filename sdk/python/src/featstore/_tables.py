"""Conversions of a batch to tables."""


class BatchTables:
    """Methods of a batch that convert it to tables."""
