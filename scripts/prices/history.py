"""How a price list meets the prices already in the seed: append-only, dated by the source where it gives a date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from scripts.prices.rows import FIRST_DAY, Price, PriceKey, PriceTable


@dataclass
class Changes:
    """Result of a merge: the whole new table, and the keys by what happened to them."""

    table: PriceTable
    added: list[PriceKey] = field(default_factory=list)
    changed: list[PriceKey] = field(default_factory=list)
    closed: list[PriceKey] = field(default_factory=list)
    unchanged: list[PriceKey] = field(default_factory=list)
    vanished: list[PriceKey] = field(default_factory=list)
    newer: list[PriceKey] = field(default_factory=list)


def merge_table(
    current: PriceTable, listed: PriceTable, as_of: date, *, correction: bool, is_whole_list: bool
) -> Changes:
    """Merge a price list into the seed's prices, key by key (`merge_key`).

    A key that the list no longer has is kept and reported in `vanished`, with one exception: where a whole list still
    has the meter in that service tier, a context tier that it no longer names is closed, since the list then says
    that long requests cost the base price.
    """
    known_models = {(key.provider, key.model) for key in current}
    listed_providers = {key.provider for key in listed}
    listed_meters = {(key.provider, key.model, key.meter, key.service_tier) for key in listed}
    changes = Changes(table={})
    for key in sorted(current.keys() | listed.keys()):
        before = current.get(key, [])
        wanted = listed.get(key)
        if wanted is None:
            is_cliff_gone = (
                is_whole_list
                and key.context_min_tokens > 0
                and (key.provider, key.model, key.meter, key.service_tier) in listed_meters
            )
            if not is_cliff_gone:
                changes.table[key] = before
                is_open = any(price.holds_on(as_of) for price in before)
                if is_whole_list and is_open and key.provider in listed_providers:
                    changes.vanished.append(key)
                continue
        is_known = (key.provider, key.model) in known_models
        after = merge_key(before, wanted or [], as_of, is_known_model=is_known, correction=correction)
        if after is None:
            changes.newer.append(key)
            changes.table[key] = before
            continue
        if after:
            changes.table[key] = after
        _record(changes, key, before, after)
    return changes


def _record(changes: Changes, key: PriceKey, before: list[Price], after: list[Price]) -> None:
    if not before and after:
        changes.added.append(key)
    elif before == after:
        if before:
            changes.unchanged.append(key)
    elif len(after) == len(before) and after[-1] == replace(before[-1], valid_to=after[-1].valid_to):
        changes.closed.append(key)
    else:
        changes.changed.append(key)


def merge_key(
    before: list[Price], wanted: list[Price], as_of: date, *, is_known_model: bool, correction: bool
) -> list[Price] | None:
    """Prices of one key after a refresh: `before` up to a day, `wanted` from it on.

    That day is the earliest date that the list itself gives for a change within the validity of the price in force at
    `as_of`, else `as_of`; so days before it are never rewritten. A correction takes over from the first day of the
    price in force. A key of a model that the seed does not know starts as the list says, from 2020-01-01 where the
    list gives no date. Returns None where the seed has newer rows than `as_of` that the list does not date: a refresh
    with an earlier date would undo them.
    """
    dated = {day for price in wanted for day in (price.valid_from, price.valid_to) if day and day > FIRST_DAY}
    boundaries = {day for price in before for day in (price.valid_from, price.valid_to) if day}
    started = max((day for day in boundaries if day <= as_of), default=FIRST_DAY)
    if not before and (correction or not is_known_model):
        cut = FIRST_DAY
    elif correction:
        cut = started
    elif any(day > as_of and day not in dated for day in boundaries):
        return None
    else:
        cut = min({as_of} | {day for day in dated if started < day <= as_of})
    kept = [_clip_end(price, cut) for price in before if price.valid_from < cut]
    taken = [replace(price, valid_from=max(price.valid_from, cut)) for price in wanted if _ends_after(price, cut)]
    return _keep_sources(_join(kept, taken), before)


def _ends_after(price: Price, day: date) -> bool:
    return price.valid_to is None or price.valid_to > day


def _clip_end(price: Price, day: date) -> Price:
    return replace(price, valid_to=day) if _ends_after(price, day) else price


def _join(kept: list[Price], taken: list[Price]) -> list[Price]:
    """Put both parts together; a price that goes on unchanged over the seam stays one row, with its old source."""
    if not kept or not taken:
        return kept + taken
    last, first = kept[-1], taken[0]
    if last.valid_to == first.valid_from and last.usd_per_token == first.usd_per_token:
        return [*kept[:-1], replace(last, valid_to=first.valid_to), *taken[1:]]
    return kept + taken


def _keep_sources(after: list[Price], before: list[Price]) -> list[Price]:
    """A row that only repeats an existing one keeps that row's source and note, so that it stays byte for byte."""
    known = {(price.valid_from, price.usd_per_token): price for price in before}
    result = []
    for price in after:
        old = known.get((price.valid_from, price.usd_per_token))
        result.append(replace(price, source=old.source, source_note=old.source_note) if old else price)
    return result
