"""What the samples of gateways share: a few calls a day with their token counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from scripts.sample.draws import generator, hex_ids


@dataclass(frozen=True)
class Call:
    """One call: prompt includes cache reads and writes, completion includes reasoning."""

    number: int
    id: str
    at: datetime
    prompt: int
    cache_read: int
    cache_write: int
    completion: int
    reasoning: int
    milliseconds: int

    @property
    def fresh(self) -> int:
        """Input tokens neither read from nor written to a cache."""
        return self.prompt - self.cache_read - self.cache_write

    @property
    def cost(self) -> Decimal:
        """USD at a made-up price, six decimals."""
        micros = self.fresh * 3 + self.cache_read * 0.3 + self.cache_write * 3.75 + self.completion * 15
        return Decimal(round(micros)).scaleb(-6)


def calls(window: list[date], seed: int, part: int, per_day: int = 5) -> Iterator[Call]:
    """Calls of each day of the window, in order."""
    rng = generator(seed, part)
    for day in window:
        for number in range(per_day):
            yield Call(
                number=number,
                id=hex_ids(rng, 1, 24)[0],
                at=datetime.combine(day, time(8 + 2 * number)) + timedelta(seconds=int(rng.integers(0, 3000))),
                prompt=int(rng.integers(3_000, 4_000)),
                cache_read=int(rng.integers(1_000, 1_500)),
                cache_write=int(rng.integers(100, 300)),
                completion=int(rng.integers(200, 400)),
                reasoning=int(rng.integers(20, 80)),
                milliseconds=int(rng.integers(900, 4_000)),
            )


def arrival(window: list[date]) -> datetime:
    """When an export of the whole window arrives: the morning after."""
    return datetime.combine(window[-1] + timedelta(days=1), time(4))


def zulu(moment: datetime) -> str:
    """ISO 8601 in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
