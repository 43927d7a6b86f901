#!/usr/bin/env python3
"""Run recordlinkage (ECM, unsupervised) on one data set and print its figures as JSON.

usage: peer_recordlinkage.py DATA_DIR NAME        (NAME as in data_sets.py)

Candidates share one of several columns (the union of blocks); columns are compared by Jaro-Winkler or exactly and made binary at .85, and the
expectation/conditional maximisation classifier finds the weights without labels.
"""

import json
import pathlib
import sys
import time
import warnings

import numpy
import pandas
import recordlinkage

import data_sets
import pair_metrics

SIMILAR = 0.85

SETTINGS = {
    "febrl": {
        "blocks": [
            [column]
            for column in ("date_of_birth", "given_name", "surname", "address_1", "address_2", "suburb", "postcode")
        ],
        "alike": ["given_name", "surname", "address_1", "address_2", "suburb"],
        "close": ["date_of_birth", "postcode"],
        "same": ["street_number", "state"],
        "identifier": "soc_sec_id",
    },
    "census": {
        "blocks": [
            ["date_of_birth"],
            ["first_name", "last_name"],
            ["first_name", "street_name"],
            ["last_name", "street_name"],
            ["first_name", "street_number"],
            ["last_name", "street_number"],
        ],
        "alike": ["first_name", "last_name", "street_name"],
        "close": ["date_of_birth"],
        "same": ["middle_initial", "street_number", "sex"],
        "identifier": None,
    },
}


def run(paths, truth, family, identifier):
    """Blocks, compares, trains and scores; returns the figures."""
    started = time.perf_counter()
    tables = [pandas.read_csv(path, dtype=str).set_index("rec_id") for path in paths]
    chosen = SETTINGS[family]
    indexer = recordlinkage.Index()
    blocks = chosen["blocks"] + ([[chosen["identifier"]]] if identifier else [])
    for columns in blocks:
        indexer.block(left_on=columns, right_on=columns)
    pairs = indexer.index(*tables)
    blocked = time.perf_counter()
    comparer = recordlinkage.Compare()
    for column in chosen["alike"]:
        comparer.string(column, column, method="jarowinkler", threshold=SIMILAR, label=column)
    for column in chosen["close"] + ([chosen["identifier"]] if identifier else []):
        comparer.string(column, column, method="damerau_levenshtein", threshold=SIMILAR, label=column)
    for column in chosen["same"]:
        comparer.exact(column, column, label=column)
    vectors = comparer.compute(pairs, *tables)
    compared = time.perf_counter()
    classifier = recordlinkage.ECMClassifier(binarize=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classifier.fit(vectors)
        probability = classifier.prob(vectors)
    weights = numpy.zeros(len(vectors))
    for column in vectors.columns:
        agrees = vectors[column].to_numpy() >= 0.5
        m, u = (getattr(classifier, f"{kind}_probs")[column][1] for kind in ("m", "u"))
        m, u = min(max(m, 1e-6), 1 - 1e-6), min(max(u, 1e-6), 1 - 1e-6)
        weights += numpy.where(agrees, numpy.log2(m / u), numpy.log2((1 - m) / (1 - u)))
    scored = time.perf_counter()
    left = tables[0][truth].reindex(vectors.index.get_level_values(0)).to_numpy()
    right = tables[-1][truth].reindex(vectors.index.get_level_values(1)).to_numpy()
    true_pairs = pair_metrics.true_pair_count(*[table[truth] for table in tables])
    figures = pair_metrics.accuracy(weights, left == right, true_pairs)
    at_half = probability.to_numpy() >= 0.5
    return {
        **figures,
        "true_pairs": true_pairs,
        "own_threshold_f1": pair_metrics.f1(int((at_half & (left == right)).sum()), int(at_half.sum()), true_pairs),
        "seconds": {"block": blocked - started, "predict": compared - blocked, "train": scored - compared, "cluster": 0.0},
    }


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    data_set = data_sets.BY_NAME[sys.argv[2]]
    folder = pathlib.Path(sys.argv[1])
    paths = [folder / file for file in data_set.files]
    print(json.dumps(run(paths, data_set.truth, data_set.family, data_set.identifier)))


if __name__ == "__main__":
    main()
