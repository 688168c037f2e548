#!/usr/bin/env python3
"""Answers twenty questions about the baseball tables with Python's csv and json modules alone.

usage: questions.py DIRECTORY > answers.json

DIRECTORY holds the CSV tables and make_players_jsonl.py. The result is one object:
{"name": {"question": ..., "columns": [...], "rows": [[...], ...]}, ...}. real_data_test.cc asks
Ashlar the same questions and demands the same answers, so nothing here may come from Ashlar.
Nulls sort last, as in Ashlar, and every order is made total by a last key.
"""
import csv
import datetime
import json
import os
import statistics
import subprocess
import sys
from collections import Counter, defaultdict

QUESTIONS = []
TEXT = {"playerID", "teamID", "lgID", "round", "awardID", "tie", "notes", "schoolID", "votedBy",
        "inducted", "category", "needed_note", "plyrMgr", "divID", "DivWin", "WCWin", "LgWin",
        "WSWin", "name", "park", "park.key", "league.key", "team.key", "span.first", "span.last",
        "name_full", "city", "state", "country", "bats", "throws", "debut", "finalGame", "retroID",
        "bbrefID", "franchID", "teamIDBR", "teamIDlahman45", "teamIDretro", "nameFirst", "nameLast",
        "nameGiven", "birthCountry", "birthState", "birthCity", "deathCountry", "deathState",
        "deathCity"}


def question(text, columns):
    """Registers a function that returns the rows of the answer, named like the function."""
    def register(function):
        QUESTIONS.append((function.__name__, text, columns.split(), function))
        return function
    return register


def value(column, text):
    """An empty cell is null; columns that are not text hold integers or decimal fractions."""
    if text == "":
        return None
    if column in TEXT:
        return text
    return float(text) if "." in text else int(text)


class Data:
    """Reads each table once."""

    def __init__(self, directory):
        self.directory = directory
        self.tables = {}

    def table(self, name):
        if name not in self.tables:
            path = os.path.join(self.directory, name + ".csv")
            with open(path, encoding="utf-8-sig", newline="") as file:
                self.tables[name] = [{k: value(k, v) for k, v in row.items()}
                                     for row in csv.DictReader(file)]
        return self.tables[name]

    def players(self):
        if "players" not in self.tables:
            script = os.path.join(self.directory, "make_players_jsonl.py")
            text = subprocess.run([sys.executable, script], check=True, stdout=subprocess.PIPE,
                                  env=dict(os.environ, PYTHONIOENCODING="utf-8")).stdout
            self.tables["players"] = [json.loads(line) for line in text.splitlines()]
        return self.tables["players"]


def group(rows, key):
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def decade(year):
    return None if year is None else year // 10 * 10


def last_if_null(key):
    """A sort key that puts None behind everything else."""
    return (key is None, key if key is not None else 0)


def present(values):
    return [v for v in values if v is not None]


@question("The ten highest career salaries.", "playerID total seasons")
def highest_career_salaries(data):
    rows = [(player, sum(s["salary"] for s in seasons), len(seasons))
            for player, seasons in group(data.table("Salaries"), lambda s: s["playerID"]).items()]
    return sorted(rows, key=lambda r: (-r[1], r[0]))[:10]


@question("Home runs in the post-season, by decade.", "decade home_runs batters")
def postseason_home_runs_by_decade(data):
    groups = group(data.table("BattingPost"), lambda b: decade(b["yearID"]))
    return [(d, sum(b["HR"] for b in rows), len({b["playerID"] for b in rows}))
            for d, rows in sorted(groups.items())]


@question("The fifteen countries in which most players were born.", "birthCountry players")
def players_by_birth_country(data):
    count = Counter(present(p["birthCountry"] for p in data.table("People")))
    return sorted(count.items(), key=lambda r: (-r[1], r[0]))[:15]


@question("Colleges with most hall-of-famers.", "schoolID famous")
def colleges_with_most_hall_of_famers(data):
    famous = {h["playerID"] for h in data.table("HallOfFame")
              if h["inducted"] == "Y" and h["category"] == "Player"}
    colleges = defaultdict(set)
    for row in data.table("CollegePlaying"):
        if row["playerID"] in famous:
            colleges[row["schoolID"]].add(row["playerID"])
    rows = [(school, len(players)) for school, players in colleges.items()]
    return sorted(rows, key=lambda r: (-r[1], r[0]))[:12]


@question("The tallest players of each decade of birth.", "decade height playerID")
def tallest_player_by_birth_decade(data):
    people = [p for p in data.table("People") if p["height"] is not None and p["birthYear"]]
    rows = []
    for born, players in sorted(group(people, lambda p: decade(p["birthYear"])).items()):
        tallest = max(p["height"] for p in players)
        rows += sorted((born, tallest, p["playerID"]) for p in players if p["height"] == tallest)
    return rows


@question("How often each award was given in each league, if fifty times.", "awardID lgID awards")
def awards_by_league(data):
    count = Counter((a["awardID"], a["lgID"]) for a in data.table("AwardsPlayers"))
    rows = [key + (n,) for key, n in count.items() if n >= 50]
    return sorted(rows, key=lambda r: (-r[2], r[0], last_if_null(r[1])))


@question("The managers who served longest.", "playerID seasons games won first last")
def longest_serving_managers(data):
    rows = [(manager, len({m["yearID"] for m in teams}), sum(m["G"] for m in teams),
             sum(m["W"] for m in teams), min(m["yearID"] for m in teams),
             max(m["yearID"] for m in teams))
            for manager, teams in group(data.table("Managers"), lambda m: m["playerID"]).items()]
    return sorted(rows, key=lambda r: (-r[1], -r[2], r[0]))[:12]


@question("Average attendance at a game by park, 1990 to 2010.", "park.key games average")
def attendance_by_park(data):
    games = [g for g in data.table("HomeGames")
             if 1990 <= g["year.key"] <= 2010 and g["attendance"] != 0]
    rows = []
    for park, seasons in group(games, lambda g: g["park.key"]).items():
        played = sum(s["games"] for s in seasons)
        if played >= 400:
            rows.append((park, played, sum(s["attendance"] for s in seasons) / played))
    return sorted(rows, key=lambda r: (-r[2], r[0]))


@question("Share of left-handed batters by decade of debut.", "decade known left share")
def left_handed_by_debut_decade(data):
    debuts = [p for p in data.table("People") if p["debut"] is not None]
    rows = []
    for d, players in sorted(group(debuts, lambda p: decade(int(p["debut"][:4]))).items()):
        known = present(p["bats"] for p in players)
        left = sum(b == "L" for b in known)
        rows.append((d, len(known), left, left / len(known)))
    return rows


@question("The twenty best results of a vote into the hall of fame, the best last.",
          "playerID yearID percent")
def hall_of_fame_votes(data):
    rows = [(h["playerID"], h["yearID"], h["votes"] * 100.0 / h["ballots"])
            for h in data.table("HallOfFame")
            if h["votedBy"] in ("BBWAA", "Special Election") and h["inducted"] == "Y"
            and h["ballots"] is not None and h["votes"] is not None]
    return sorted(rows, key=lambda r: (r[2], r[0]))[-20:]


@question("Players who once earned over 20 million and never under 500,000.",
          "playerID seasons best least")
def always_rich_players(data):
    rows = []
    for player in data.players():
        pay = present(s.get("salary") for s in player.get("salaries", []))
        if any(p > 20_000_000 for p in pay) and all(p >= 500_000 for p in pay):
            rows.append((player["playerID"], len(player["salaries"]), max(pay), min(pay)))
    return sorted(rows)


@question("Places 11 to 20 of the career salaries, out of nested lists.",
          "playerID career average nameLast")
def next_career_salaries_from_lists(data):
    rows = []
    for player in data.players():
        pay = [s["salary"] for s in player.get("salaries", [])]
        if pay:
            rows.append((player["playerID"], sum(pay), statistics.fmean(pay), player["nameLast"]))
    return sorted(rows, key=lambda r: (-r[1], r[0]))[10:20]


@question("Players born before 1900 whose death is not known, by country of birth.",
          "country players oldest")
def born_before_1900_without_death(data):
    lost = [p["birth"] for p in data.players()
            if p["birth"].get("year", 9999) < 1900 and "year" not in p["death"]]
    rows = [(country, len(births), min(b["year"] for b in births))
            for country, births in group(lost, lambda b: b.get("country")).items()]
    return sorted(rows, key=lambda r: (-r[1], last_if_null(r[0])))


@question("Universities by state, in five states.", "state universities cities")
def universities_by_state(data):
    schools = [s for s in data.table("Schools")
               if s["state"] in ("CA", "TX", "NY", "OH", "PA") and "University" in s["name_full"]
               and not s["name_full"].startswith("University of")]
    rows = [(state, len(rows), len({s["city"] for s in rows}))
            for state, rows in group(schools, lambda s: s["state"]).items()]
    return sorted(rows, key=lambda r: (-r[1], r[0]))


@question("Mean and spread of the salaries by year.", "yearID players mean spread least most")
def salary_spread_by_year(data):
    rows = []
    for year, salaries in sorted(group(data.table("Salaries"), lambda s: s["yearID"]).items()):
        pay = [s["salary"] for s in salaries]
        rows.append((year, len(pay), statistics.fmean(pay), statistics.stdev(pay), min(pay),
                     max(pay)))
    return rows


@question("Every pair of league and division that there was.", "lgID divID")
def leagues_and_divisions(data):
    pairs = {(t["lgID"], t["divID"]) for t in data.table("Teams")}
    return sorted(pairs, key=lambda p: (p[0], last_if_null(p[1])))


@question("How names begin among the Mc, the Mac and the O'.", "beginning players longest")
def scottish_and_irish_names(data):
    def wanted(name):
        return (name.lower().startswith("mc") or name.startswith("Mac") or name.startswith("O'")
                ) and "'n" not in name
    people = [p for p in data.table("People") if wanted(p["nameLast"])]
    groups = group(people, lambda p: p["nameLast"][:4].upper())
    rows = [(beginning, len(players), max(len(p["nameLast"]) for p in players))
            for beginning, players in groups.items() if len(players) >= 5]
    return sorted(rows, key=lambda r: (-r[1], r[0]))


@question("Debuts since 2000 by month and day of the week.", "month weekday debuts last")
def debuts_by_month_and_weekday(data):
    days = [datetime.date.fromisoformat(p["debut"]) for p in data.table("People") if p["debut"]]
    days = [d for d in days if datetime.date(2000, 1, 1) <= d <= datetime.date(2019, 12, 31)]
    return [key + (len(same), max(same).isoformat())
            for key, same in sorted(group(days, lambda d: (d.month, d.isoweekday())).items())]


@question("Awards and who won them by year, out of nested lists.", "year awards winners kinds")
def awards_by_year_from_lists(data):
    awards = [dict(award, playerID=player["playerID"]) for player in data.players()
              for award in player.get("awards", [])]
    awards = [a for a in awards if 1950 <= a["yearID"] <= 1980]
    return [(year, len(rows), len({a["playerID"] for a in rows}), len({a["awardID"] for a in rows}))
            for year, rows in sorted(group(awards, lambda a: a["yearID"]).items())]


@question("Players by weight.", "weight_class players height heaviest")
def players_by_weight(data):
    def weight_class(person):
        weight = person["weight"]
        if weight is None:
            return "unknown"
        return "light" if weight < 160 else "medium" if weight < 200 else "heavy"
    rows = []
    for name, people in sorted(group(data.table("People"), weight_class).items()):
        heights = present(p["height"] for p in people)
        weights = present(p["weight"] for p in people)
        rows.append((name, len(people), statistics.fmean(heights) if heights else None,
                     str(max(weights)) + " lb" if weights else None))
    return rows


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = Data(sys.argv[1])
    answers = {name: {"question": text, "columns": columns, "rows": function(data)}
               for name, text, columns, function in QUESTIONS}
    json.dump(answers, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
