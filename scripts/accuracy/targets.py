"""The targets, and the figures that are printed for each data set."""

import dataclasses

POPULATION = "million records"
FAMILIES = "pseudopeople families"

CALIBRATION_POINTS = 2.0
"""Points within which the mean of the probabilities from .95 on is true."""
PAIRS_A_RECORD = 50
"""Pairs that blocking may propose for each record, on average."""

LEAST = {
    "febrl4 without id": {"F1": 0.9980},
    "febrl4 with id": {"F1": 0.9995},
    "febrl3 without id": {"F1 of people": 0.9960},
    "febrl3 with id": {"F1 of people": 0.9995},
    "pseudopeople default": {"F1": 0.990, "recall at precision .999": 0.95},
    "pseudopeople hard": {"F1": 0.82, "blocking recall": 0.90},
}
"""The least that each figure must be."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """One row of the table."""

    name: str
    ours: float | None
    target: str = ""
    reached: bool | None = None
    splink: float | str | None = None
    recordlinkage: float | str | None = None


def _at_least(name, data_set, ours, splink=None, recordlinkage=None):
    least = LEAST.get(data_set, {}).get(name)
    target = "" if least is None else f">= {least}"
    reached = None if least is None else ours is not None and ours >= least
    return Figure(name, ours, target, reached, splink, recordlinkage)


def _seconds(found, *stages):
    return sum(found["seconds"].get(stage, 0.0) for stage in stages) if "seconds" in found else None


def figures(name, found):
    """The rows for one data set."""
    ours, splink, recordlinkage = found["ours"], found.get("splink", {}), found.get("recordlinkage", {})
    operating, best = ours["pairwise"]["operating"], ours["pairwise"]["best"] or {}
    people = ours["clustered"]["operating"]
    yield _at_least("F1", name, operating["f1"], splink.get("best_f1"), recordlinkage.get("best_f1"))
    yield Figure("precision", operating["precision"])
    yield Figure("recall", operating["recall"])
    yield Figure("best F1 in hindsight", best.get("f1"), splink=splink.get("best_f1"), recordlinkage=recordlinkage.get("best_f1"))
    yield _at_least("F1 of people", name, people["f1"], splink.get("clustered_f1"))
    for title, ours_key, key in (("recall at precision .99", "0.99", "recall_99"), ("recall at precision .999", "0.999", "recall_999")):
        yield _at_least(title, name, ours["recall_at_precision"][ours_key], splink.get(key), recordlinkage.get(key))
    recall = ours["blocking"]["recall"]
    yield _at_least("blocking recall", name, recall, splink.get("blocking_recall"), recordlinkage.get("blocking_recall"))
    pairs = ours["blocking"]["pairs_per_record"]
    records = sum(file["records"] for file in ours["records"])
    each = [peer["pairs"] / records if "pairs" in peer else None for peer in (splink, recordlinkage)]
    yield Figure("pairs a record", pairs, f"<= {PAIRS_A_RECORD}", pairs <= PAIRS_A_RECORD, *each)
    last = ours["calibration"]["bins"][-1]
    if last["pairs"]:
        off = abs(last["share_true"] - last["mean_probability"]) * 100
        yield Figure("points off, probability .95 to 1", off, f"<= {CALIBRATION_POINTS}", off <= CALIBRATION_POINTS)
    whole = ours["seconds"]["total"]
    if name == POPULATION:
        yield from _population(ours, splink, whole)
    else:
        yield Figure(
            "seconds, training to people",
            _seconds(ours, "train", "block", "score", "cluster"),
            splink=_seconds(splink, "train", "predict", "cluster"),
            recordlinkage=_seconds(recordlinkage, "block", "predict", "train", "cluster"),
        )


def _population(ours, splink, whole):
    """The speed comparison: all of ours, from the file to people, against the peer's predict and cluster alone; and stage against stage."""
    theirs = _seconds(splink, "predict", "cluster")
    without_training = whole - ours["seconds"]["train"]
    limit = "" if theirs is None else f"< {theirs:.1f}"
    reached = None if theirs is None else without_training < theirs
    yield Figure("seconds, CSV to people", without_training, limit, reached, theirs)
    stages = ("read", "block", "score", "cluster")
    yield Figure("seconds, reading to people", _seconds(ours, *stages), splink=_seconds(splink, "read", "predict", "cluster"))
    yield Figure("seconds, blocking to people", _seconds(ours, *stages[1:]), splink=theirs)
    yield Figure("seconds of training", ours["seconds"]["train"], splink=_seconds(splink, "train"))
    # Ours makes the keys of all records while it trains, and blocks by them: only the whole is comparable to the last second.
    yield Figure("seconds, reading and training to people", _seconds(ours, "train", *stages), splink=_seconds(splink, "read", "train", "predict", "cluster"))
    yield Figure("most memory (GiB)", ours["peak_gib"], splink=splink.get("peak_gib"))
    people = ours["clustered"]["operating"]["f1"]
    if "clustered_f1" in splink:
        yield Figure("F1 of people beside the peer's", people, f">= {splink['clustered_f1']:.4f}", people >= splink["clustered_f1"])
