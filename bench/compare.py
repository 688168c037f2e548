#!/usr/bin/env python3
"""Merges the JSON files of a benchmark run, and compares two runs of one machine by ratios.

usage: compare.py merge OUT FILE...      one summary of many files, with the machine's fingerprint
       compare.py compare OLD NEW        a ratio a figure; 1.3 and beyond, either way, is marked

Times differ between machines and hours; ratios of CPU time within one machine say something. Runs
of different machines, or of different sizes, are not judged. Exit code 0, also for slow runs: this
informs, it does not gate.
"""

import json
import os
import platform
import sys

SUSPICIOUS = 1.3
# Besides the times: what a run is about. Everything else in a benchmark's record is context.
CONTEXT_KEYS = {
    "name", "run_name", "run_type", "family_index", "per_family_instance_index", "repetitions",
    "repetition_index", "threads", "iterations", "time_unit", "aggregate_name", "aggregate_unit",
}
# Rates grow when things get better.
RATES = {"bytes_per_second", "items_per_second", "mb_per_cpu_second", "first_times_less_cpu"}
# Times of the wall's clock are shown but not judged: a neighbour's compiler is in them.
WALL = {"p50_ms", "p95_ms", "parse_ms", "replace_ms", "sync_ms", "p50_us", "p99_us", "ns_per_op",
        "ops_per_second", "settled_ops_per_second", "first_times_faster"}
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def fingerprint():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            model = next((line.split(":", 1)[1].strip() for line in info
                          if line.startswith("model name")), model)
    except OSError:
        pass
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release()}


def figures_of(record):
    """The numbers of one benchmark, times in nanoseconds."""
    unit = NANOSECONDS[record.get("time_unit", "ns")]
    figures = {}
    for key, value in record.items():
        if key in CONTEXT_KEYS or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        figures[key] = value * unit if key in ("real_time", "cpu_time") else value
    return figures


def merge(out, paths):
    benchmarks = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            records = json.load(file)["benchmarks"]
        medians = [r for r in records if r.get("aggregate_name") == "median"]
        for record in medians or records:
            name = record.get("run_name", record["name"])
            benchmarks[name] = figures_of(record)
    summary = {
        "machine": fingerprint(),
        "sizes": {key: value for key, value in sorted(os.environ.items())
                  if key in ("ASHLAR_BENCH_MB", "ASHLAR_BENCH_EDITS")},
        "benchmarks": benchmarks,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=2, sort_keys=True)
        file.write("\n")


def ratio_of(old, new):
    if old == new:
        return 1.0
    return new / old if old else float("inf")


def print_benchmark(name, old, new):
    keys = [key for key in sorted(new) if key in old and key != "real_time"]
    for key in keys:
        ratio = ratio_of(old[key], new[key])
        mark = ""
        if key in RATES and ratio <= 1 / SUSPICIOUS:
            mark = "  <- slower?"
        elif key not in RATES | WALL and ratio >= SUSPICIOUS:
            mark = "  <- more?"
        print(f"{name:44} {key:28} {old[key]:14.6g} {new[key]:14.6g} {ratio:8.2f}{mark}")


def compare(old_path, new_path):
    with open(old_path, encoding="utf-8") as file:
        old = json.load(file)
    with open(new_path, encoding="utf-8") as file:
        new = json.load(file)
    for key, what in (("machine", "another machine"), ("sizes", "another size")):
        if old[key] != new[key]:
            print(f"The recorded run is of {what}: {old[key]}, not {new[key]}. No ratios.")
            return
    print(f"{'benchmark':44} {'figure':28} {'recorded':>14} {'now':>14} {'ratio':>8}")
    for name in sorted(new["benchmarks"]):
        if name in old["benchmarks"]:
            print_benchmark(name, old["benchmarks"][name], new["benchmarks"][name])
        else:
            print(f"{name:44} is new")
    for name in sorted(set(old["benchmarks"]) - set(new["benchmarks"])):
        print(f"{name:44} was not run")


def main(arguments):
    if len(arguments) >= 3 and arguments[0] == "merge":
        merge(arguments[1], arguments[2:])
    elif len(arguments) == 3 and arguments[0] == "compare":
        compare(arguments[1], arguments[2])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
