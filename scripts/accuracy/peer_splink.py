#!/usr/bin/env python3
"""Run Splink (DuckDB, unsupervised) on one data set and print its figures as JSON.

usage: peer_splink.py DATA_DIR NAME        (NAME as in data_sets.py)
       peer_splink.py FILE --population    (one large generated file; see population.py)

The settings follow Splink's own published examples: its ready-made comparisons for names and birth dates, term frequencies where it offers them,
u from random pairs, m by expectation maximisation in two sessions that between them leave no column out. Blocking is as wide as the data allows.
"""

import json
import pathlib
import sys
import time

import duckdb
import pandas
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

import data_sets
import pair_metrics

SEED = 1


def febrl_settings(identifier):
    comparisons = [
        compare.ForenameSurnameComparison("given_name", "surname").configure(term_frequency_adjustments=False),
        compare.DateOfBirthComparison(
            "date_of_birth",
            input_is_string=True,
            datetime_format="%Y%m%d",
            invalid_dates_as_null=False,
        ),
        compare.ExactMatch("street_number"),
        compare.JaroWinklerAtThresholds("address_1", [0.92, 0.8]),
        compare.JaroWinklerAtThresholds("suburb", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        compare.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        compare.ExactMatch("state"),
    ]
    blocking = [
        block_on(column)
        for column in ("date_of_birth", "given_name", "surname", "address_1", "address_2", "suburb", "postcode")
    ]
    if identifier:
        comparisons.append(compare.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]))
        blocking.append(block_on("soc_sec_id"))
    return {
        "comparisons": comparisons,
        "blocking": blocking,
        "certain": [block_on("given_name", "surname", "date_of_birth"), block_on("address_1", "street_number", "surname", "postcode")],
        "recall": 0.6,
        "sessions": [block_on("date_of_birth"), block_on("given_name", "surname")],
    }


def census_settings(_identifier):
    # Of seven sets of comparisons tried, this one did best on both noises: with the address, members of one household are taken for each other, and
    # a plain edit distance beats the ready-made comparison of birth dates.
    return {
        "comparisons": [
            compare.NameComparison("first_name"),
            compare.NameComparison("last_name"),
            compare.ExactMatch("middle_initial").configure(term_frequency_adjustments=True),
            compare.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            compare.ExactMatch("sex"),
        ],
        "blocking": [
            block_on("date_of_birth"),
            block_on("first_name", "last_name"),
            block_on("first_name", "street_name"),
            block_on("last_name", "street_name"),
            block_on("first_name", "street_number"),
            block_on("last_name", "street_number"),
            block_on("substr(first_name,1,3)", "substr(last_name,1,3)"),
            block_on("last_name", "substr(date_of_birth,7,4)"),
            block_on("first_name", "substr(date_of_birth,7,4)"),
        ],
        "certain": [block_on("first_name", "last_name", "date_of_birth")],
        "recall": 0.7,
        "sessions": [block_on("date_of_birth"), block_on("first_name", "last_name")],
    }


def population_settings(_identifier):
    return {
        "comparisons": [
            compare.ForenameSurnameComparison("first_given_name", "family_name"),
            compare.DateOfBirthComparison(
                "date_of_birth",
                input_is_string=True,
                datetime_format="%Y-%m-%d",
                invalid_dates_as_null=False,
            ),
            compare.PostcodeComparison("postcode"),
            compare.DamerauLevenshteinAtThresholds("nhs_number", [1, 2]),
            compare.ExactMatch("phone"),
            compare.EmailComparison("email"),
            compare.ExactMatch("sex"),
        ],
        "blocking": [
            block_on("nhs_number"),
            block_on("email"),
            block_on("phone", "first_given_name"),
            block_on("date_of_birth", "postcode"),
            block_on("date_of_birth", "first_given_name"),
            block_on("date_of_birth", "family_name"),
            block_on("first_given_name", "postcode"),
            block_on("first_given_name", "family_name", "substr(date_of_birth,1,4)"),
            block_on("substr(first_given_name,1,3)", "substr(family_name,1,3)", "substr(date_of_birth,6,5)"),
        ],
        "certain": [block_on("nhs_number"), block_on("first_given_name", "family_name", "date_of_birth", "postcode")],
        "recall": 0.7,
        "sessions": [block_on("date_of_birth", "postcode"), block_on("first_given_name", "family_name", "substr(date_of_birth,1,4)")],
    }


def unseen_settings(columns):
    """Settings from the columns alone: names and other words by Jaro-Winkler, dates and numbers by edits, each column a blocking rule, two of them the
    sessions of training."""

    def comparison(column):
        if column in ("born", "zip", "phone", "passport", "licence", "age"):
            return compare.DamerauLevenshteinAtThresholds(column, [1, 2])
        if column in ("sex", "state"):
            return compare.ExactMatch(column)
        return compare.JaroWinklerAtThresholds(column, [0.92, 0.8]).configure(term_frequency_adjustments=True)

    wide = [column for column in columns if column not in ("sex", "state", "age", "middle")]
    return {
        "comparisons": [comparison(column) for column in columns],
        "blocking": [block_on(column) for column in wide],
        "certain": [block_on(*columns[:2])],
        "recall": 0.6,
        "sessions": [block_on(columns[0]), block_on(columns[1])],
    }


SETTINGS = {"febrl": febrl_settings, "census": census_settings, "population": population_settings, "unseen": unseen_settings}


def cleaned(table):
    """The usual cleaning before Splink: one case, one way to write a postcode and a telephone number, no placeholder dates."""
    for column in ("given_name", "middle_names", "family_name", "address", "email"):
        table[column] = table[column].str.lower().str.strip()
    squeezed = table["postcode"].str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    table["postcode"] = squeezed.str.replace(r"^(.+)(.{3})$", r"\1 \2", regex=True)
    table["phone"] = table["phone"].str.replace(r"\D", "", regex=True).str.replace(r"^44", "0", regex=True).str.replace(r"^00", "0", regex=True)
    table.loc[table["date_of_birth"] == "1900-01-01", "date_of_birth"] = None
    table["first_given_name"] = table["given_name"].str.split().str[0]
    return table


def run(paths, truth, family, given):
    """Trains, predicts and clusters; returns the figures. The settings are made with what is `given`: whether the identifier may be used, or the columns."""
    started = time.perf_counter()
    tables = [pandas.read_csv(path, dtype=str).rename(columns={"rec_id": "unique_id"}) for path in paths]
    if family == "population":
        tables = [cleaned(table) for table in tables]
    for at, table in enumerate(tables):
        table["source_dataset"] = f"file{at}"
    chosen = SETTINGS[family](given)
    settings = SettingsCreator(
        link_type="link_only" if len(tables) == 2 else "dedupe_only",
        comparisons=chosen["comparisons"],
        blocking_rules_to_generate_predictions=chosen["blocking"],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=50,
    )
    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    database = DuckDBAPI(connection)
    registered = [database.register(table, dataset_display_name=f"file{at}") for at, table in enumerate(tables)]
    linker = Linker(registered if len(tables) == 2 else registered[0], settings, log_level=40)
    read = time.perf_counter()
    linker.training.estimate_probability_two_random_records_match(chosen["certain"], recall=chosen["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for rule in chosen["sessions"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    trained = time.perf_counter()
    predicted = linker.inference.predict()
    scored = time.perf_counter()

    truths = pandas.concat(tables)[["unique_id", truth]].rename(columns={truth: "truth"})
    connection.register("truths", truths)
    pairs = connection.execute(
        "select p.match_weight as weight, l.truth = r.truth as is_true"
        f" from {predicted.physical_name} p join truths l on p.unique_id_l = l.unique_id join truths r on p.unique_id_r = r.unique_id"
    ).fetchnumpy()
    sides = [table[truth] for table in tables]
    true_pairs = pair_metrics.true_pair_count(*sides)
    figures = pair_metrics.accuracy(pairs["weight"], pairs["is_true"], true_pairs)

    clustering = time.perf_counter()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_weight=figures["best_threshold"])
    clustered = time.perf_counter()
    members = connection.execute(f"select unique_id, cluster_id from {clusters.physical_name}").df().merge(truths, on="unique_id")
    source = None
    if len(tables) == 2:
        source = members["unique_id"].isin(set(tables[1]["unique_id"])).astype(int)
    return {
        **figures,
        "true_pairs": true_pairs,
        "clustered_f1": pair_metrics.clustered_f1(members["cluster_id"], members["truth"], source),
        "seconds": {
            "read": read - started,
            "train": trained - read,
            "predict": scored - trained,
            "cluster": clustered - clustering,
        },
    }


def main():
    if sys.argv[2:] == ["--population"]:
        figures = run([sys.argv[1]], "cluster", "population", True)
    elif len(sys.argv) == 3:
        data_set = data_sets.BY_NAME[sys.argv[2]]
        folder = pathlib.Path(sys.argv[1])
        figures = run([folder / file for file in data_set.files], data_set.truth, data_set.family, data_set.columns or data_set.identifier)
    else:
        raise SystemExit(__doc__)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
