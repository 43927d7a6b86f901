#!/usr/bin/env python3
"""Put a generated authority's people, as its services know them, into one CSV with the truth.

usage: write_population.py AUTHORITY_DIR OUT.csv

AUTHORITY_DIR is what `family-context generate` wrote. Each person row of each feed becomes one record (a source's second row about the same person adds
nothing). Dates become ISO and identifiers lose their spaces, so that no tool is measured on its reading of dates; names and addresses stay as they are.
`cluster` is the person by the truth, `naming_group` the custom of that person's name.
"""

import csv
import datetime
import fnmatch
import pathlib
import sys
import tomllib

COLUMNS = [
    "rec_id",
    "given_name",
    "middle_names",
    "family_name",
    "former_family_name",
    "other_names",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "nhs_number",
    "upn",
    "phone",
    "email",
    "feed",
    "cluster",
    "naming_group",
]
PERSON_FIELDS = set(COLUMNS[1:14]) | {"full_name", "source_id"}


def iso_date(cell, formats):
    """The date in ISO form; the cell as it is where it is none."""
    for form in formats:
        try:
            return datetime.datetime.strptime(cell, form).date().isoformat()
        except ValueError:
            continue
    return cell


def fields_of(row, file_map):
    """The person fields of one row, as lists of cells in the file's order."""
    found = {}
    for column, target in file_map["columns"].items():
        cell = (row.get(column) or "").strip()
        if not cell:
            continue
        if isinstance(target, list):
            words = cell.split(file_map.get("split", {}).get(column, " "), len(target) - 1)
            for field, word in zip(target, words):
                found.setdefault(field, []).append(word.strip())
        elif target in PERSON_FIELDS:
            found.setdefault(target, []).append(cell)
    return found


def record(found, feed, file_map, formats, truth, groups):
    """One record as a row of the CSV; nothing where the truth does not know it."""
    source = found["source_id"][0]
    person = truth.get((feed, source))
    if person is None:
        return None
    full_name = " ".join(found.get("full_name", []))
    if full_name and "," in full_name:
        family, _, rest = full_name.partition(",")
        given = rest.split()
        found.setdefault("family_name", [family.strip()])
        found.setdefault("given_name", given[:1])
        found.setdefault("middle_names", given[1:])
    elif full_name:
        words = full_name.split()
        found.setdefault("family_name", words[-1:])
        found.setdefault("given_name", words[:1])
        found.setdefault("middle_names", words[1:-1])
    made = {field: " ".join(found.get(field, [])) for field in COLUMNS[1:14]}
    made["address"] = ", ".join(" ".join(cell.replace("\r", "\n").split("\n")) for cell in found.get("address", []))
    made["date_of_birth"] = iso_date(made["date_of_birth"], formats)
    made["sex"] = {"m": "M", "f": "F"}.get(made["sex"][:1].lower(), "")
    made["nhs_number"] = made["nhs_number"].replace(" ", "").replace("-", "")
    made["phone"] = (found.get("phone") or [""])[0]
    made["email"] = (found.get("email") or [""])[0]
    return {"rec_id": f"{feed}:{source}", **made, "feed": feed, "cluster": person, "naming_group": groups.get(person, "")}


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    authority, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with open(authority / "truth" / "people.csv", encoding="utf-8", newline="") as opened:
        groups = {row["person_id"]: row["naming_group"] for row in csv.DictReader(opened)}
    with open(authority / "truth" / "records.csv", encoding="utf-8", newline="") as opened:
        truth = {(row["feed"], row["source_id"]): row["person_id"] for row in csv.DictReader(opened) if not row["related"]}
    seen = set()
    with open(out, "w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, COLUMNS)
        writer.writeheader()
        for map_file in sorted((authority / "feeds").glob("*.toml")):
            feed_map = tomllib.loads(map_file.read_text(encoding="utf-8"))
            feed = feed_map["feed"]
            folder = map_file.with_suffix("")
            for file_map in feed_map["file"]:
                if file_map["rows"] != "person":
                    continue
                for path in sorted(file for file in folder.iterdir() if fnmatch.fnmatch(file.name, file_map["match"])):
                    encoding = "utf-8-sig" if feed_map["encoding"].lower() == "utf-8" else feed_map["encoding"]
                    with open(path, encoding=encoding, newline="") as opened:
                        for row in csv.DictReader(opened, delimiter=feed_map.get("delimiter", ",")):
                            found = fields_of(row, file_map)
                            key = (feed, found.get("source_id", [""])[0])
                            if not key[1] or key in seen:
                                continue
                            seen.add(key)
                            made = record(found, feed, file_map, feed_map["date_formats"], truth, groups)
                            if made:
                                writer.writerow(made)
    print(f"{len(seen)} records", file=sys.stderr)


if __name__ == "__main__":
    main()
