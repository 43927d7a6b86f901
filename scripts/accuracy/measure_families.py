#!/usr/bin/env python3
"""Measure families against a second truth: the households and guardians of pseudopeople's sample census.

usage: measure_families.py --program PATH --data DIR --out DIR [--children N] [--seed S]

DIR of --data holds what write_pseudopeople.py wrote. The 2020 census with its default noise becomes a service's feed (map, CSV, authority.toml), which
goes through the real program into a private database: migrate, import, serve; then a sample of children is asked for over HTTP, each by the feed's
own id, so that what is measured is the family and not the finding of the child. Done twice: with a file of relationships to the reference person, as a
housing service has them, and without, so that only addresses tell.

Truth: the people of the child's household, and its guardians wherever they live. Only children of ordinary households of two to ten people are
asked for, whose address is in the census. American postal codes are no British postcodes, so dwellings rest on street, number and town.

Prints one JSON object: for each of the two ways, precision and recall of family members, recall for each kind of relative of the truth, and precision
for each type of the answer.
"""

import argparse
import collections
import csv
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time

BUSINESS_DATE = "2020-04-02"
HOUSEHOLD = "Household"
MOST_PEOPLE = 10
ADULT = 18

# What somebody is to the reference person, as a relationship row: type, and whether the row leads from the person or to them.
TIES = {
    "Biological child": ("child", True),
    "Adopted child": ("child", True),
    "Stepchild": ("step_parent", False),
    "Foster child": ("foster_carer", False),
    "Grandchild": ("grandchild", True),
    "Parent": ("parent", True),
    "Sibling": ("sibling", True),
    "Opposite-sex spouse": ("partner", True),
    "Same-sex spouse": ("partner", True),
    "Opposite-sex unmarried partner": ("partner", True),
    "Same-sex unmarried partner": ("partner", True),
    "Parent-in-law": ("other_relative", True),
    "Child-in-law": ("other_relative", True),
    "Other relative": ("other_relative", True),
}

AUTHORITY = """code = "anytown"
name = "Anytown"
time_zone = "America/Los_Angeles"
policy = "policy.toml"
feeds = ["census.toml"]
front_door = { name = "Front door", phone = "01632 960000" }

[[service]]
code = "census"
name = "Census"
category = "community"
sensitivity = "ordinary"
duty = { name = "Census desk", phone = "01632 960001" }

[[purpose]]
code = "early_help_assessment"
name = "Early help assessment"
roles = ["early_help_worker"]
consent_prompt = "Have you asked the family?"
"""

POLICY = """version = "2020-04-01"
valid_until = "2030-03-31"

[[rule]]
name = "shown"
sensitivity = ["ordinary"]
effect = "allow"
"""

FEED = """feed = "census"
service = "census"
delivery = "snapshot"
absent = "ended"
date_formats = ["%m/%d/%Y"]
rejected_rows_percent = 100.0

[[file]]
match = "people.csv"
rows = "person"
discard = ["state"]
[file.columns]
"ref" = "source_id"
"case" = "case_id"
"first_name" = "given_name"
"middle_initial" = "middle_names"
"last_name" = "family_name"
"date_of_birth" = "date_of_birth"
"sex" = "sex"
"unit_number" = "address"
"street_number" = "address"
"street_name" = "address"
"city" = "address"
"zipcode" = "postcode"
"""

TIES_FILE = """
[[file]]
match = "ties.csv"
rows = "relationship"
[file.columns]
"from" = "from_source_id"
"type" = "type"
"to" = "to_source_id"
"""


def read(file):
    with open(file, newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


class Truth:
    """Who lives with whom, and whose guardian is who, among the people whom the census has."""

    def __init__(self, data):
        self.census = read(data / "default_census2020.csv")
        known = {row["simulant_id"] for row in self.census}
        self.of = {row["simulant_id"]: row for row in read(data / "family_census2020.csv") if row["simulant_id"] in known}
        self.household = collections.defaultdict(set)
        for row in self.of.values():
            if row["housing_type"] == HOUSEHOLD:
                self.household[row["household_id"]].add(row["simulant_id"])
        ages = {row["simulant_id"]: row["age"] for row in self.census}
        # The age is noisy too; somebody whose age cannot be read, or is wrong, counts as what it says.
        self.minor = {person for person, age in ages.items() if age.isdigit() and int(age) < ADULT}

    def guardians(self, person):
        row = self.of[person]
        return {row[key] for key in ("guardian_1", "guardian_2") if row[key] in self.of}

    def relatives(self, child):
        """Everybody of the child's family, each with a kind."""
        kinds = {}
        guardians = self.guardians(child)
        home = self.household[self.of[child]["household_id"]] - {child}
        for person in home:
            if guardians & self.guardians(person):
                kinds[person] = "sibling"
            else:
                kinds[person] = "other minor of the household" if person in self.minor else "other adult of the household"
        for person in guardians:
            kinds[person] = "guardian at home" if person in home else "guardian elsewhere"
        return kinds

    def children(self):
        """The children to choose from, by the number of a row that has their address."""
        found = {}
        for row in self.census:
            person = row["simulant_id"]
            home = self.of.get(person, {})
            size = len(self.household[home["household_id"]]) if home.get("housing_type") == HOUSEHOLD else 0
            if person in self.minor and 2 <= size <= MOST_PEOPLE and row["street_number"] and row["street_name"]:
                found.setdefault(person, row["rec_id"])
        return found


def write_feed(truth, folder, with_ties):
    """The authority's files and the delivery; returns the delivery's files."""
    folder.mkdir(parents=True)
    (folder / "authority.toml").write_text(AUTHORITY, encoding="utf-8")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    (folder / "census.toml").write_text(FEED + (TIES_FILE if with_ties else ""), encoding="utf-8")
    columns = "first_name middle_initial last_name date_of_birth sex unit_number street_number street_name city state zipcode".split()
    with open(folder / "people.csv", "w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["ref", "case", *columns])
        writer.writerows([row["rec_id"], row["rec_id"], *(row[column] for column in columns)] for row in truth.census)
    files = [folder / "people.csv"]
    if with_ties:
        first = {}
        for row in truth.census:
            first.setdefault(row["simulant_id"], row["rec_id"])
        reference = {
            row["household_id"]: first[person]
            for person, row in truth.of.items()
            if row["relationship_to_reference_person"] == "Reference person"
        }
        with open(folder / "ties.csv", "w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(["from", "type", "to"])
            for person, row in truth.of.items():
                kind, leads_from = TIES.get(row["relationship_to_reference_person"], (None, None))
                other = reference.get(row["household_id"])
                if kind and other:
                    writer.writerow([first[person], kind, other] if leads_from else [other, kind, first[person]])
        files.append(folder / "ties.csv")
    return files


class Installation:
    """The program over a private database of its own."""

    def __init__(self, program, folder, state):
        self.program = program
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "USER")}
        self.environment = {
            **kept,
            "STATE_DIR": str(state),
            "AUTHORITY": str(folder / "authority.toml"),
            "CLOCK_DATE": BUSINESS_DATE,
            "LOG": "warn",
        }
        self.service = None

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"family-context {arguments[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-600:]}")
        return done.stdout

    def serve(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**self.environment, "BIND_ADDR": f"127.0.0.1:{port}"}
        self.service = subprocess.Popen([self.program, "serve"], env=environment, stdout=subprocess.DEVNULL)
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("the service is not ready after 30 seconds")

    def stop(self):
        if self.service and self.service.poll() is None:
            self.service.send_signal(signal.SIGTERM)
            self.service.wait(30)


def ask(connection, token, record):
    question = {
        "child": {"identifiers": [{"type": "source", "feed": "census", "value": record}]},
        "purpose": "early_help_assessment",
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/lookups", json.dumps(question), headers)
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:
        raise SystemExit(f"a lookup was answered with {reply.status}: {body[:300]}")
    return json.loads(body)


def share(part, whole):
    return part / whole if whole else None


class Tally:
    """What the answers had of the families, and what they had beside them."""

    def __init__(self):
        self.right, self.shown, self.of_truth, self.answered = 0, 0, 0, 0
        self.found, self.kinds = collections.Counter(), collections.Counter()
        self.right_by_type, self.types = collections.Counter(), collections.Counter()
        self.guardians_named, self.named_parents = 0, 0
        self.siblings_named, self.named_siblings = 0, 0

    def add(self, truth, child, answer, person_of):
        relatives = truth.relatives(child)
        self.of_truth += len(relatives)
        self.kinds.update(relatives.values())
        if answer["outcome"] != "match":
            return
        self.answered += 1
        seen = set()
        for member in answer["context"]["family"]:
            simulants = {person_of[case["value"]] for case in member["case_ids"]}
            kind = member["relationship"]["type"]
            is_right = bool(simulants & relatives.keys())
            self.shown += 1
            self.types[kind] += 1
            self.right += is_right
            self.right_by_type[kind] += is_right
            if kind in ("mother", "father", "parent"):
                self.named_parents += 1
                self.guardians_named += bool(simulants & truth.guardians(child))
            if kind in ("sibling", "half_sibling"):
                self.named_siblings += 1
                self.siblings_named += any(relatives.get(simulant) == "sibling" for simulant in simulants)
            seen |= simulants
        for relative, kind in relatives.items():
            self.found[kind] += relative in seen

    def figures(self, asked):
        found = sum(self.found.values())
        guardians = self.kinds["guardian at home"] + self.kinds["guardian elsewhere"]
        return {
            "asked": asked,
            "answered": self.answered,
            "precision": share(self.right, self.shown),
            "recall": share(found, self.of_truth),
            "guardians_named_parents": share(self.guardians_named, guardians),
            "named_parents_who_are_guardians": share(self.guardians_named, self.named_parents),
            "named_siblings_who_share_a_guardian": share(self.siblings_named, self.named_siblings),
            "recall_by_kind": {kind: {"recall": share(self.found[kind], count), "of": count} for kind, count in sorted(self.kinds.items())},
            "precision_by_type": {
                kind: {"precision": share(self.right_by_type[kind], count), "of": count} for kind, count in sorted(self.types.items())
            },
        }


def measure(arguments, truth, with_ties):
    name = "with_relationships" if with_ties else "addresses_alone"
    folder, state = arguments.out / name / "authority", arguments.out / name / "state"
    shutil.rmtree(arguments.out / name, ignore_errors=True)
    files = write_feed(truth, folder, with_ties)
    installation = Installation(arguments.program, folder, state.absolute())
    person_of = {row["rec_id"]: row["simulant_id"] for row in truth.census}
    children = truth.children()
    sample = random.Random(arguments.seed).sample(sorted(children), min(arguments.children, len(children)))
    try:
        installation.run("migrate")
        report = json.loads(installation.run("import", "--json", "--feed", folder / "census.toml", "--as-of", "2020-04-01", *files))
        token = installation.run(
            "token", "--subject", "measure", "--name", "Measure", "--role", "early_help_worker", "--expires-in-minutes", "600"
        ).strip()
        connection = installation.serve()
        tally = Tally()
        for child in sample:
            tally.add(truth, child, ask(connection, token, children[child]), person_of)
    finally:
        installation.stop()
    return {**tally.figures(len(sample)), "import": {"rows": report.get("rows"), "found": report.get("findings")}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--children", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261124)
    arguments = parser.parse_args()
    truth = Truth(arguments.data)
    print(json.dumps({name: measure(arguments, truth, ties) for name, ties in (("addresses alone", False), ("with relationships", True))}))


if __name__ == "__main__":
    main()
