"""Random numbers as R draws them, so that simulated examples printed with their seed can be made again."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

_STEPS = 134217728  # 2²⁷: R makes a normal deviate from two uniform ones


class RRandom:
    """The generator that R uses after ``set.seed(seed)``.

    R's defaults: the Mersenne Twister (Matsumoto and Nishimura 1998), started from a linear congruential
    sequence, and normal deviates by inversion, as the help page ``?RNGkind`` describes.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> RRandom(1).uniform(3).round(7)  # set.seed(1); runif(3)
    array([0.2655087, 0.3721239, 0.5728534])
    >>> RRandom(42).normal(2).round(7)  # set.seed(42); rnorm(2)
    array([ 1.3709584, -0.5646982])
    """

    def __init__(self, seed: int) -> None:
        words = []
        for step in range(50 + 1 + 624):
            seed = (69069 * seed + 1) % 2**32
            if step > 50:  # fifty are thrown away; the next is R's counter, which starts at 624 anyway
                words.append(seed)
        self._bits = np.random.MT19937()
        state = self._bits.state
        state["state"] = {"key": np.array(words, dtype=np.uint32), "pos": 624}
        self._bits.state = state

    def uniform(self, n: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        """As ``runif(n, low, high)``."""
        return np.asarray(low + (high - low) * self._bits.random_raw(n) * 2.3283064365386963e-10)

    def normal(self, n: int, sd: float = 1.0) -> np.ndarray:
        """As ``rnorm(n, sd = sd)``."""
        pairs = self.uniform(2 * n).reshape(n, 2)
        return np.asarray(sd * ndtri((np.floor(_STEPS * pairs[:, 0]) + pairs[:, 1]) / _STEPS))
