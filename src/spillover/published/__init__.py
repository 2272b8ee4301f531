"""Published numbers, computed again from the same data: what notebook 07 and the tests show."""
