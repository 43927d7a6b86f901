#!/usr/bin/env python3
"""Measure family-context beside Splink and recordlinkage on the same files in the same run.

usage: measure.py --program PATH --out DIR [--people N] [--peer-seconds S] [--only TEXT]

Prints each figure beside its target and its peers, keeps everything in DIR/results.json and our reports in DIR/reports, and exits 1 where a target is
missed. Ours is trained without labels and judged at its own threshold; a peer is shown at its best threshold in hindsight, which is kinder to it.
"""

import argparse
import json
import pathlib
import sys
import time

import data_sets
import targets
from limited import run_limited

HERE = pathlib.Path(__file__).parent
PEERS = ("splink", "recordlinkage")


def say(text=""):
    print(text, flush=True)


def prepare(out):
    """Writes the public data sets where they are not there yet."""
    data = out / "data"
    for script, folder, proof in (
        ("write_febrl.py", data, data / "febrl4b.csv"),
        ("write_pseudopeople.py", data / "pseudopeople", data / "pseudopeople" / "hard_census2030.csv"),
        ("write_unseen.py", data / "unseen", data / "unseen" / "right_columns.csv"),
    ):
        if not proof.exists():
            outcome = run_limited([sys.executable, str(HERE / script), str(folder)], 900)
            if not outcome.succeeded:
                raise SystemExit(f"{script} failed: {outcome.words()}\n{outcome.errors[-2000:]}")
    return data


def ours(program, files, map_name, truth, report, extra=(), seconds=3600):
    """One evaluation of ours as its JSON, with its peak memory; a word where it failed."""
    command = [program, "evaluate", "--json", "--train", "--columns", str(HERE / "maps" / map_name), "--cluster-column", truth]
    for file in files:
        command += ["--records", str(file)]
    outcome = run_limited([*command, "--report", str(report), *extra], seconds)
    if not outcome.succeeded:
        return {"failed": f"{outcome.words()} {outcome.errors.strip()[-300:]}"}
    result = json.loads(outcome.output)
    result.pop("worst", None)
    return {**result, "wall_seconds": outcome.seconds, "peak_gib": outcome.peak_gib}


def peer(name, arguments, seconds):
    """One peer's figures; a word where it ran out of memory or time."""
    outcome = run_limited([sys.executable, str(HERE / f"peer_{name}.py"), *map(str, arguments)], seconds)
    if not outcome.succeeded:
        return {"failed": outcome.words()}
    lines = [line for line in outcome.output.splitlines() if line.startswith("{")]
    return {**json.loads(lines[-1]), "wall_seconds": outcome.seconds, "peak_gib": outcome.peak_gib}


def measure_public(arguments, data, results):
    for data_set in data_sets.ALL:
        if arguments.only not in data_set.name:
            continue
        say(f"{data_set.name} …")
        files = [data / file for file in data_set.files]
        report = arguments.out / "reports" / data_set.name.replace(" ", "-")
        found = {"ours": ours(arguments.program, files, data_set.map, data_set.truth, report)}
        for name in data_set.peers:
            found[name] = peer(name, [data, data_set.name], arguments.peer_seconds)
        results[data_set.name] = found


def measure_families(arguments, data):
    """Families beside the census's own households and guardians; a word where it failed."""
    if arguments.only not in targets.FAMILIES:
        return None
    say(f"{targets.FAMILIES} …")
    command = [sys.executable, str(HERE / "measure_families.py"), "--program", str(pathlib.Path(arguments.program).absolute())]
    outcome = run_limited([*command, "--data", str(data / "pseudopeople"), "--out", str(arguments.out / "families")], 1800)
    if not outcome.succeeded:
        return {"failed": f"{outcome.words()} {outcome.errors.strip()[-300:]}"}
    return json.loads(outcome.output)


def print_families(found):
    """Prints how families do; returns 1 where they could not be measured."""
    if found is None:
        return 0
    if "failed" in found:
        say(f"{targets.FAMILIES}: FAILED: {found['failed']}")
        return 1
    for way, figures in found.items():
        of_right = figures["precision"], figures["recall"]
        say(f"{targets.FAMILIES}, {way}: {figures['answered']} of {figures['asked']} children; precision {shown(of_right[0])}, recall {shown(of_right[1])}")
        for figure in ("guardians_named_parents", "named_parents_who_are_guardians", "named_siblings_who_share_a_guardian"):
            say(f"    {figure.replace('_', ' '):<42}{shown(figures[figure]):>8}")
        for title, kinds, figure in (("recall", "recall_by_kind", "recall"), ("precision", "precision_by_type", "precision")):
            for kind, row in figures[kinds].items():
                say(f"    {title:<10}{kind:<32}{shown(row[figure]):>8}  of {row['of']}")
    say()
    return 0


def measure_population(arguments, data, results):
    """The speed comparison on a generated population of about a million records."""
    if not arguments.people or arguments.only not in targets.POPULATION:
        return
    file = data / f"population-{arguments.people}.csv"
    if not file.exists():
        authority = arguments.out / f"authority-{arguments.people}"
        say(f"generating {arguments.people} people …")
        generate = [arguments.program, "generate", "--people", str(arguments.people), "--seed", "20261122", "--out", str(authority)]
        write = [sys.executable, str(HERE / "write_population.py"), str(authority), str(file)]
        for command in (generate, write):
            outcome = run_limited(command, 3600)
            if not outcome.succeeded:
                file.unlink(missing_ok=True)
                results[targets.POPULATION] = {"ours": {"failed": f"the population: {outcome.words()} {outcome.errors[-300:]}"}}
                return
    say(f"{targets.POPULATION} ({file.name}) …")
    report = arguments.out / "reports" / "population"
    results[targets.POPULATION] = {
        "ours": ours(arguments.program, [file], "population.toml", "cluster", report, ["--group-by", "naming_group"]),
        "splink": peer("splink", [file, "--population"], arguments.peer_seconds),
        "recordlinkage": {"failed": "not run: it holds every compared pair in memory"},
    }


def shown(value):
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"


def print_table(results):
    """Prints every figure; returns how many targets are missed."""
    missed = 0
    heading = f"{'data set':<28}{'figure':<36}{'ours':>10}  {'target':>10}  {'':<8}{'Splink':>12}{'recordlinkage':>15}"
    say(f"\n{heading}\n{'-' * len(heading)}")
    for name, found in results.items():
        if "failed" in found["ours"]:
            missed += 1
            say(f"{name:<28}ours FAILED: {found['ours']['failed']}")
            continue
        for figure in targets.figures(name, found):
            verdict = ""
            if figure.reached is not None:
                verdict = "reached" if figure.reached else "MISSED"
                missed += not figure.reached
            peers = "".join(f"{shown(value):>{width}}" for value, width in ((figure.splink, 12), (figure.recordlinkage, 15)))
            say(f"{name:<28}{figure.name:<36}{shown(figure.ours):>10}  {figure.target:>10}  {verdict:<8}{peers}")
        for who in PEERS:
            if "failed" in found.get(who, {}):
                say(f"{name:<28}{who}: {found[who]['failed']}")
        say()
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--peer-seconds", type=int, default=1800)
    parser.add_argument("--only", default="", help="measure only the data sets whose name holds this text")
    arguments = parser.parse_args()
    started = time.monotonic()
    data = prepare(arguments.out)
    results = {}
    measure_public(arguments, data, results)
    measure_population(arguments, data, results)
    families = measure_families(arguments, data)
    (arguments.out / "results.json").write_text(json.dumps({**results, targets.FAMILIES: families}, indent=1) + "\n", encoding="utf-8")
    missed = print_table(results) + print_families(families)
    say(f"Ours at its own threshold, peers at their best in hindsight. {time.monotonic() - started:.0f} s; all figures in {arguments.out}/results.json.")
    say("Every target is reached." if missed == 0 else f"{missed} targets are missed.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
