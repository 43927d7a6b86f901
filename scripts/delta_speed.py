#!/usr/bin/env python3
"""Measure how long a small change takes to resolve in a large database.

usage: delta_speed.py --program PATH --out DIR [--people N] [--changes N,N,...] [--keep]

Generates a population, loads it through the program's own commands (--keep uses what an earlier run loaded), then changes so many rows of the schools'
feed, loads the feed again each time, and prints the seconds of loading and of resolution.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import subprocess

DAY = "2026-11-01"


def run(arguments, program, *words):
    environment = {**os.environ, "STATE_DIR": str(arguments.out), "AUTHORITY": str(arguments.out / "authority" / "authority.toml")}
    environment |= {"CLOCK_DATE": DAY, "LOG": "warn"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run([program, *map(str, words)], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def load(arguments, feed_map, files):
    words = ["import", "--json", "--feed", feed_map, "--as-of", DAY, "--coverage-start", "2020-11-01", "--coverage-end", DAY, *files]
    return json.loads(run(arguments, arguments.program, *words))


def told(name, report):
    people, seconds = report["people"], report["seconds"]
    print(f"{name:<28} {people['records']:>9,} records resolved, {people['moved']:>8,} moved; load {seconds['load']:7.2f} s, resolve {seconds['resolve']:7.2f} s", flush=True)


def make(arguments):
    authority = arguments.out / "authority"
    shutil.rmtree(authority, ignore_errors=True)
    subprocess.run([arguments.program, "generate", "--people", str(arguments.people), "--seed", "1", "--out", str(authority)], check=True)
    run(arguments, arguments.program, "migrate")
    for feed_map in sorted((authority / "feeds").glob("*.toml")):
        files = sorted(feed_map.with_suffix("").iterdir())
        if files:
            told(feed_map.stem, load(arguments, feed_map, files))


def change(files, count, turn, out):
    """Writes the schools' files with so many pupils at another house number."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for file in files:
        with open(file, encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        step = max(len(rows) // count, 1)
        for row in rows[turn % step :: step][:count]:
            row["House"] = str(100 + turn)
        with open(out / file.name, "w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        written.append(out / file.name)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--people", type=int, default=620_000, help="about a million records")
    parser.add_argument("--changes", default="10,100,7000")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    if not arguments.keep:
        make(arguments)
    feed_map = arguments.out / "authority" / "feeds" / "education.toml"
    files = sorted(feed_map.with_suffix("").iterdir())
    for turn, count in enumerate(map(int, arguments.changes.split(","))):
        changed = change(files, count, turn, arguments.out / "changed")
        told(f"{count} rows changed", load(arguments, feed_map, changed))
        told("as they were again", load(arguments, feed_map, files))


if __name__ == "__main__":
    main()
