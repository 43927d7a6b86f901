#!/usr/bin/env python3
"""Write two censuses of pseudopeople's sample population, at two levels of noise, and the truth about its families.

usage: write_pseudopeople.py OUT_DIR

OUT_DIR gets, for the years 2020 and 2030:
  default_censusYEAR.csv  the package's decennial census with its own noise
  hard_censusYEAR.csv     the same with each cell probability of the column noise times eight, at most .15
  family_censusYEAR.csv   the same people without noise: household, guardians, relationship to the reference person, kind of housing
`rec_id` is YEAR-ROW; `simulant_id` is the truth: one value, one human being.
"""

import pathlib
import sys

import pandas
import pseudopeople

YEARS = (2020, 2030)
NOISE_FACTOR = 8
MOST_NOISE = 0.15
FAMILY_COLUMNS = [
    "simulant_id",
    "household_id",
    "guardian_1",
    "guardian_2",
    "relationship_to_reference_person",
    "housing_type",
]


def amplified(kind):
    """One kind of noise, its cell probability raised; what has none stays as it is."""
    if not isinstance(kind, dict) or not isinstance(kind.get("cell_probability"), (int, float)):
        return kind
    return {**kind, "cell_probability": min(MOST_NOISE, kind["cell_probability"] * NOISE_FACTOR)}


def hard_noise():
    """The census's column noise, each kind of each column amplified."""
    settings = pseudopeople.get_config()
    settings = settings.to_dict() if hasattr(settings, "to_dict") else dict(settings)
    columns = settings["decennial_census"]["column_noise"]
    raised = {column: {name: amplified(kind) for name, kind in kinds.items()} for column, kinds in columns.items()}
    return {"decennial_census": {"column_noise": raised}}


def write_families(out):
    """Writes who lives with whom, from the sample population as it ships."""
    folder = pathlib.Path(pseudopeople.__file__).parent / "data" / "sample_datasets" / "decennial_census"
    population = pandas.read_parquet(next(folder.glob("*.parquet")))
    for year in YEARS:
        population.loc[population["year"] == year, FAMILY_COLUMNS].to_csv(out / f"family_census{year}.csv", index=False)


def write_census(out, name, year, noise):
    """Writes one census; the year is also the seed."""
    census = pseudopeople.generate_decennial_census(year=year, config=noise, seed=year, verbose=False)
    census = census.reset_index(drop=True)
    census.insert(0, "rec_id", [f"{year}-{row}" for row in census.index])
    census.to_csv(out / f"{name}_census{year}.csv", index=False)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    write_families(out)
    for year in YEARS:
        write_census(out, "default", year, None)
        write_census(out, "hard", year, hard_noise())


if __name__ == "__main__":
    main()
