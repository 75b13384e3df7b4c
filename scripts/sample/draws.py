"""Random draws that keep daily totals calm: every group is sampled evenly over its distribution."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_POINTS = (np.arange(16_384) + 0.5) / 16_384
_NORMAL = np.array([NormalDist().inv_cdf(float(point)) for point in _POINTS])


def generator(seed: int, part: int) -> np.random.Generator:
    """An independent generator for one part of the sample."""
    return np.random.default_rng([seed, part])


def even(rng: np.random.Generator, group: IntArray) -> FloatArray:
    """Uniform draws in 0..1 that are spread evenly within each group (stratified), in random order."""
    order = np.lexsort((rng.random(group.size), group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if group.size else np.array([], dtype=np.int64)
    sizes = np.diff(np.r_[starts, group.size])
    position = np.arange(group.size) - np.repeat(starts, sizes)
    drawn = np.empty(group.size)
    drawn[order] = (position + rng.random(group.size)) / np.repeat(sizes, sizes)
    return drawn


def normal(uniform: FloatArray) -> FloatArray:
    """Standard normal quantiles of uniform draws."""
    return np.interp(uniform, _POINTS, _NORMAL)


def lognormal(uniform: FloatArray, mean: FloatArray | float, sigma: float) -> FloatArray:
    """Log-normal quantiles with the given mean."""
    return np.asarray(mean) * np.exp(sigma * normal(uniform) - sigma * sigma / 2)


def pick(uniform: FloatArray, weights: list[float]) -> IntArray:
    """Index of the weight interval that each uniform draw falls into; weights sum to 1."""
    return np.minimum(np.searchsorted(np.cumsum(weights), uniform, side="right"), len(weights) - 1)


def hex_ids(rng: np.random.Generator, count: int, length: int) -> list[str]:
    """Random hexadecimal ids of an even length."""
    text = rng.bytes(count * length // 2).hex()
    return [text[start : start + length] for start in range(0, count * length, length)]


def uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Random ids in the shape of a UUID."""
    return [f"{t[:8]}-{t[8:12]}-4{t[13:16]}-8{t[17:20]}-{t[20:]}" for t in hex_ids(rng, count, 32)]
