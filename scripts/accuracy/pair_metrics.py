"""Accuracy of scored pairs against a truth column, the same way for every peer.

Pairs that were never proposed count as missed. A threshold takes all pairs of one score together.
"""

import numpy
import pandas


def true_pair_count(left_truth, right_truth=None):
    """How many pairs are true: within one table, or across two."""
    left = pandas.Series(left_truth).dropna().value_counts()
    if right_truth is None:
        return int((left * (left - 1) // 2).sum())
    right = pandas.Series(right_truth).dropna().value_counts()
    return int(left.mul(right, fill_value=0).sum())


def f1(true_found, found, true_pairs):
    """Harmonic mean of precision and recall."""
    return 2 * true_found / (found + true_pairs) if found + true_pairs else 0.0


def accuracy(scores, is_true, true_pairs):
    """Best F1, its threshold, recall at precision .99 and .999, and the recall of what was proposed."""
    scores, is_true = numpy.asarray(scores, dtype=float), numpy.asarray(is_true, dtype=bool)
    if len(scores) == 0:
        return {"pairs": 0, "best_f1": 0.0, "best_threshold": None, "recall_99": 0.0, "recall_999": 0.0, "blocking_recall": 0.0}
    order = numpy.argsort(-scores, kind="stable")
    scores, is_true = scores[order], is_true[order]
    last_of_score = numpy.append(scores[1:] != scores[:-1], True)
    true_found = numpy.cumsum(is_true)[last_of_score]
    found = numpy.arange(1, len(scores) + 1)[last_of_score]
    f1s = 2 * true_found / (found + true_pairs)
    best = int(numpy.argmax(f1s))
    precision = true_found / found

    def recall_at(least):
        reached = true_found[precision >= least]
        return float(reached.max() / true_pairs) if len(reached) else 0.0

    return {
        "pairs": int(len(scores)),
        "best_f1": float(f1s[best]),
        "best_threshold": float(scores[last_of_score][best]),
        "recall_99": recall_at(0.99),
        "recall_999": recall_at(0.999),
        "blocking_recall": float(is_true.sum() / true_pairs),
    }


def clustered_f1(cluster, truth, source=None):
    """F1 of the pairs that a partition makes; with `source`, only pairs across the two sources count."""
    table = pandas.DataFrame({"cluster": cluster, "truth": truth, "source": 0 if source is None else source})

    def pairs(keys):
        counts = table.groupby(keys + ["source"], sort=False).size()
        if source is None:
            return int((counts * (counts - 1) // 2).sum())
        wide = counts.unstack("source", fill_value=0)
        return int((wide.iloc[:, 0] * wide.iloc[:, 1]).sum()) if wide.shape[1] == 2 else 0

    return f1(pairs(["cluster", "truth"]), pairs(["cluster"]), pairs(["truth"]))
