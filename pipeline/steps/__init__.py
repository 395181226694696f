"""The journeys, in the order in which they happen."""
