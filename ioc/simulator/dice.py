"""Chance that can be asked again: the same names give the same draws, whatever was drawn before."""

import math
import random


def dice(*names: object) -> random.Random:
    """Return a generator that belongs to these names alone."""
    return random.Random(":".join(map(str, names)))  # noqa: S311 - invented weather, no secret


def poisson(draw: random.Random, mean: float) -> int:
    """Return how often something happens that happens ``mean`` times on average."""
    if mean > 30:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count
