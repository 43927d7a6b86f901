#!/usr/bin/env python3
"""Write data sets with other columns and other errors than the named ones: nothing was tuned to them.

usage: write_unseen.py OUT_DIR

People come from the faker package, with a fixed seed. A person has one to three records (thirty in `thirty_records`); in each further record every cell
may be missing (5 in 100), have one slip of a letter or digit (12 in 100) or, for the birth date, another day (6 in 100). The slips know nothing of how
names are compared. `truth` is the person.
"""

import csv
import pathlib
import random
import string
import sys

from faker import Faker

PEOPLE = 2500
SEED = 7
MISSING, SLIPS, OTHER_DAYS = 0.05, 0.12, 0.06
IN_DIGITS = {"house", "postcode", "phone", "passport", "licence"}


def letter_slip(text, chance):
    """One letter dropped, doubled by another, changed, or exchanged with its neighbour."""
    if len(text) < 2:
        return text
    at = chance.randrange(len(text))
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
        ]
    )


def digit_slip(text, chance):
    places = [at for at, sign in enumerate(text) if sign.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + str(chance.randrange(10)) + text[at + 1 :]


def people(count, locale, chance):
    faker = Faker(locale)
    faker.seed_instance(SEED)
    for number in range(count):
        female = chance.random() < 0.5
        yield {
            "truth": number,
            "given": faker.first_name_female() if female else faker.first_name_male(),
            "middle": faker.first_name(),
            "family": faker.last_name(),
            "born": faker.date_of_birth(minimum_age=0, maximum_age=95),
            "sex": "F" if female else "M",
            "house": str(chance.randrange(1, 400)),
            "street": faker.street_name(),
            "city": faker.city(),
            "state": faker.state_abbr() if locale == "en_US" else "",
            "postcode": faker.postcode(),
            "phone": faker.phone_number(),
            "passport": "".join(chance.choice(string.digits) for _ in range(9)),
            "licence": "D" + "".join(chance.choice(string.digits) for _ in range(7)),
            "job": faker.job(),
        }


def another_record(person, chance):
    record = dict(person)
    for field in ("given", "family", "house", "street", "city", "postcode", "phone", "passport", "licence", "job"):
        if chance.random() < MISSING:
            record[field] = ""
        elif chance.random() < SLIPS:
            record[field] = (digit_slip if field in IN_DIGITS else letter_slip)(record[field], chance)
    if chance.random() < MISSING:
        record["born"] = None
    elif chance.random() < OTHER_DAYS:
        record["born"] = record["born"].replace(day=chance.randrange(1, 28))
    if chance.random() < 0.1:
        record["middle"] = record["middle"][:1]
    return record


def records(found, sizes, chance):
    made = []
    for person in found:
        made.append(person)
        made.extend(another_record(person, chance) for _ in range(chance.choice(sizes) - 1))
    chance.shuffle(made)
    return made


def day(form):
    return lambda record: record["born"].strftime(form) if record["born"] else ""


def write(file, rows, columns):
    with open(file, "w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["rec_id", "truth", *columns])
        for number, row in enumerate(rows):
            cells = (row[cell] if isinstance(cell, str) else cell(row) for cell in columns.values())
            writer.writerow([f"{file.stem}-{number}", row["truth"], *cells])


def swapped(rows, chance):
    for row in rows:
        yield {**row, "given": row["family"], "family": row["given"]} if chance.random() < 0.3 else row


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    americans = list(people(PEOPLE, "en_US", chance))
    rows = records(americans, (1, 1, 1, 2, 2, 3), chance)
    address = {"address": lambda row: f"{row['house']} {row['street']}", "city": "city"}
    names = {"given": "given", "family": "family"}
    write(out / "american_addresses.csv", rows, {"state": "state", "zip": "postcode", **address, **names, "born": day("%m/%d/%Y")})
    write(out / "ages.csv", rows, {"name": lambda row: f"{row['given']} {row['family']}", "city": "city", "sex": "sex", "age": age})
    write(
        out / "two_digit_years.csv",
        rows,
        {"name": lambda row: f"{row['family'].upper()}, {row['given']} {row['middle']}", "born": day("%d/%m/%y"), "zip": "postcode"},
    )
    write(out / "no_birth_dates.csv", rows, {**names, **address, "phone": "phone"})
    write(out / "names_alone.csv", rows, {"given": "given", "middle": "middle", "family": "family"})
    write(out / "several_identifiers.csv", rows, {"passport": "passport", "licence": "licence", **names, "job": "job"})
    write(out / "swapped_names.csv", swapped(rows, chance), {**names, "born": day("%Y-%m-%d"), "zip": "postcode"})
    plain = {**names, "born": day("%d.%m.%Y"), **address}
    for locale, name in (("ja_JP", "japanese_names"), ("vi_VN", "vietnamese_names"), ("ru_RU", "russian_names")):
        write(out / f"{name}.csv", records(people(800, locale, chance), (1, 1, 1, 2, 2, 3), chance), plain)
    british = list(people(550, "en_GB", chance))
    write(out / "thirty_records.csv", records(british[:50], (30,), chance) + british[50:], {**plain, "phone": "phone"})
    write(
        out / "left_columns.csv",
        [another_record(person, chance) for person in americans[:1600]],
        {"name": lambda row: f"{row['given']} {row['family']}", "born": day("%d/%m/%Y"), "zip": "postcode"},
    )
    write(
        out / "right_columns.csv",
        [another_record(person, chance) for person in americans[600:]],
        {"zip": "postcode", "phone": "phone", "surname": "family", "forename": "given", "birth": day("%Y-%m-%d")},
    )


def age(record):
    """The age in 2026, as a register without birth dates has it."""
    return 2026 - record["born"].year if record["born"] else ""


if __name__ == "__main__":
    main()
