// The twenty questions. See real_data_questions.h; questions.py says in words what they ask.
#include "tests/tools/real_data_questions.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::tools::real_data {
namespace {

using Answered = absl::StatusOr<Query>;

Expression Decade(Expression year) { return (std::move(year) / 10 * 10).As("decade"); }
Expression Date(const char* text) { return Cast(text, Date32()); }
Expression StartsWith(Expression text, const char* beginning) {
  return Call("starts_with", {std::move(text), beginning});
}

Answered HighestCareerSalaries(const Baseball& baseball) {
  return baseball.From("Salaries")
      .GroupBy({Col("playerID")})
      .Aggregate({Sum(Col("salary")).As("total"), Count().As("seasons")})
      .OrderBy({Desc(Col("total")), Asc(Col("playerID"))})
      .Head(10);
}

Answered PostseasonHomeRuns(const Baseball& baseball) {
  return baseball.From("BattingPost")
      .GroupBy({Decade(Col("yearID"))})
      .Aggregate({Sum(Col("HR")).As("home_runs"), CountDistinct(Col("playerID")).As("batters")})
      .OrderBy({Asc(Col("decade"))});
}

Answered BirthCountries(const Baseball& baseball) {
  return baseball.From("People")
      .Filter(IsNotNull(Col("birthCountry")))
      .GroupBy({Col("birthCountry")})
      .Aggregate({Count().As("players")})
      .OrderBy({Desc(Col("players")), Asc(Col("birthCountry"))})
      .Head(15);
}

// There are no joins: the first answer becomes a list of literals.
Answered CollegesOfTheFamous(const Baseball& baseball) {
  ASSIGN_OR_RETURN(const RecordBatch famous,
                   baseball.From("HallOfFame")
                       .Filter(Col("inducted") == "Y" && Col("category") == "Player")
                       .Select({Col("playerID")})
                       .Distinct()
                       .Materialize());
  std::vector<Expression> names;
  for (int64_t row = 0; row < famous.rows(); ++row) {
    names.emplace_back(famous.column(0).GetBytes(row));
  }
  return baseball.From("CollegePlaying")
      .Filter(In(Col("playerID"), std::move(names)))
      .GroupBy({Col("schoolID")})
      .Aggregate({CountDistinct(Col("playerID")).As("famous")})
      .OrderBy({Desc(Col("famous")), Asc(Col("schoolID"))})
      .Head(12);
}

Answered TallestPlayers(const Baseball& baseball) {
  ASSIGN_OR_RETURN(const RecordBatch tallest, baseball.From("People")
                                                  .Filter(IsNotNull(Col("birthYear")))
                                                  .GroupBy({Decade(Col("birthYear"))})
                                                  .Aggregate({Max(Col("height"))})
                                                  .Materialize());
  Expression any = false;
  for (int64_t row = 0; row < tallest.rows(); ++row) {
    any = any || (Decade(Col("birthYear")) == tallest.column(0).GetInt64(row) &&
                  Col("height") == tallest.column(1).GetInt64(row));
  }
  return baseball.From("People")
      .Filter(any)
      .Select({Decade(Col("birthYear")), Col("height"), Col("playerID")})
      .OrderBy({Asc(Col("decade")), Asc(Col("playerID"))});
}

Answered AwardsByLeague(const Baseball& baseball) {
  return baseball.From("AwardsPlayers")
      .GroupBy({Col("awardID"), Col("lgID")})
      .Aggregate({Count().As("awards")})
      .Filter(Col("awards") >= 50)
      .OrderBy({Desc(Col("awards")), Asc(Col("awardID")), Asc(Col("lgID"))});
}

Answered LongestServingManagers(const Baseball& baseball) {
  return baseball.From("Managers")
      .GroupBy({Col("playerID")})
      .Aggregate({CountDistinct(Col("yearID")).As("seasons"), Sum(Col("G")).As("games"),
                  Sum(Col("W")).As("won"), Min(Col("yearID")).As("first"),
                  Max(Col("yearID")).As("last")})
      .OrderBy({Desc(Col("seasons")), Desc(Col("games")), Asc(Col("playerID"))})
      .Head(12);
}

Answered AttendanceByPark(const Baseball& baseball) {
  return baseball.From("HomeGames")
      .Filter(Between(Col("year.key"), 1990, 2010) && Col("attendance") != 0)
      .GroupBy({Col("park.key")})
      .Aggregate({Sum(Col("games")).As("games"), Sum(Col("attendance")).As("visitors")})
      .Filter(Col("games") >= 400)
      .Select({Col("park.key"), Col("games"),
               (Cast(Col("visitors"), Float64()) / Col("games")).As("average")})
      .OrderBy({Desc(Col("average")), Asc(Col("park.key"))});
}

Answered LeftHandedByDebut(const Baseball& baseball) {
  return baseball.From("People")
      .Filter(IsNotNull(Col("debut")))
      .GroupBy({Decade(Call("year", {Col("debut")}))})
      .Aggregate(
          {Count(Col("bats")).As("known"), Sum(Case({{Col("bats") == "L", 1}}, 0)).As("left"),
           Avg(Case({{Col("bats") == "L", 1.0}, {IsNotNull(Col("bats")), 0.0}})).As("share")})
      .OrderBy({Asc(Col("decade"))});
}

Answered HallOfFameVotes(const Baseball& baseball) {
  return baseball.From("HallOfFame")
      .Filter(In(Col("votedBy"), {"BBWAA", "Special Election"}) && Col("inducted") == "Y")
      .Filter(!IsNull(Col("ballots")) && !IsNull(Col("votes")))
      .Select(
          {Col("playerID"), Col("yearID"), (Col("votes") * 100.0 / Col("ballots")).As("percent")})
      .OrderBy({Asc(Col("percent")), Asc(Col("playerID"))})
      .Tail(20);
}

Answered AlwaysRich(const Baseball& baseball) {
  return baseball.From("players")
      .Filter(Any(Col("salaries.salary") > 20'000'000) &&
              ashlar::All(Col("salaries.salary") >= 500'000))
      .Select({Col("playerID"), Len(Col("salaries")).As("seasons"),
               Call("max", {Col("salaries.salary")}).As("best"),
               Call("min", {Col("salaries.salary")}).As("least")})
      .OrderBy({Asc(Col("playerID"))});
}

Answered NextCareerSalaries(const Baseball& baseball) {
  return baseball.From("players")
      .Select({Col("playerID"), ListSum(Col("salaries.salary")).As("career"),
               Call("avg", {Col("salaries.salary")}).As("average"), Col("nameLast")})
      .OrderBy({Desc(Col("career")), Asc(Col("playerID"))})
      .Head(10, 10);
}

Answered BornBefore1900(const Baseball& baseball) {
  return baseball.From("players")
      .Filter(Col("birth.year") < 1900 && IsNull(Col("death.year")))
      .GroupBy({Col("birth.country").As("country")})
      .Aggregate({Count().As("players"), Min(Col("birth.year")).As("oldest")})
      .OrderBy({Desc(Col("players")), Asc(Col("country"))});
}

Answered UniversitiesByState(const Baseball& baseball) {
  return baseball.From("Schools")
      .Filter(In(Col("state"), {"CA", "TX", "NY", "OH", "PA"}) &&
              Like(Col("name_full"), "%University%") && !Like(Col("name_full"), "University of%"))
      .GroupBy({Col("state")})
      .Aggregate({Count().As("universities"), CountDistinct(Col("city")).As("cities")})
      .OrderBy({Desc(Col("universities")), Asc(Col("state"))});
}

Answered SalarySpread(const Baseball& baseball) {
  const Expression salary = Col("salary");
  return baseball.From("Salaries")
      .GroupBy({Col("yearID")})
      .Aggregate({Count().As("players"), Avg(salary).As("mean"), StdDev(salary).As("spread"),
                  Min(salary).As("least"), Max(salary).As("most")})
      .OrderBy({Asc(Col("yearID"))});
}

Answered LeaguesAndDivisions(const Baseball& baseball) {
  return baseball.From("Teams")
      .Select({Col("lgID"), Col("divID")})
      .Distinct()
      .OrderBy({Asc(Col("lgID")), Asc(Col("divID"))});
}

Answered ScottishAndIrishNames(const Baseball& baseball) {
  const Expression name = Col("nameLast");
  return baseball.From("People")
      .Filter(Like(Call("lower", {name}), "mc%") || StartsWith(name, "Mac") || Like(name, "O'%"))
      .Filter(!Call("contains", {name, "'n"}))
      .GroupBy({Call("upper", {Call("substr", {name, 1, 4})}).As("beginning")})
      .Aggregate({Count().As("players"), Max(Call("length", {name})).As("longest")})
      .Filter(Col("players") >= 5)
      .OrderBy({Desc(Col("players")), Asc(Col("beginning"))});
}

Answered DebutDays(const Baseball& baseball) {
  return baseball.From("People")
      .Filter(Between(Col("debut"), Date("2000-01-01"), Date("2019-12-31")))
      .GroupBy({Call("month", {Col("debut")}).As("month"),
                Call("day_of_week", {Col("debut")}).As("weekday")})
      .Aggregate({Count().As("debuts"), Max(Col("debut")).As("last")})
      .OrderBy({Asc(Col("month")), Asc(Col("weekday"))});
}

Answered AwardsByYear(const Baseball& baseball) {
  return baseball.From("players")
      .Unnest("awards")
      .Filter(Between(Col("awards.yearID"), 1950, 1980))
      .GroupBy({Col("awards.yearID").As("year")})
      .Aggregate({Count().As("awards"), CountDistinct(Col("playerID")).As("winners"),
                  CountDistinct(Col("awards.awardID")).As("kinds")})
      .OrderBy({Asc(Col("year"))});
}

Answered PlayersByWeight(const Baseball& baseball) {
  const Expression weight = Col("weight");
  return baseball.From("People")
      .GroupBy(
          {Case({{IsNull(weight), "unknown"}, {weight < 160, "light"}, {weight < 200, "medium"}},
                "heavy")
               .As("weight_class")})
      .Aggregate({Count().As("players"), Avg(Col("height")).As("height"), Max(weight).As("pounds")})
      .Select({Col("weight_class"), Col("players"), Col("height"),
               Call("concat", {Cast(Col("pounds"), Utf8()), " lb"}).As("heaviest")})
      .OrderBy({Asc(Col("weight_class"))});
}

std::vector<Question> MakeQuestions() {
  return {
      {"highest_career_salaries",
       HighestCareerSalaries,
       {"Salaries", "--group-by", "playerID", "--agg", "sum(salary) as total, count as seasons",
        "--order-by", "total:desc,playerID", "--limit", "10"}},
      {"postseason_home_runs_by_decade",
       PostseasonHomeRuns,
       {"BattingPost", "--group-by", "yearID / 10 * 10 as decade", "--agg",
        "sum(HR) as home_runs, count(distinct playerID) as batters", "--order-by", "decade"}},
      {"players_by_birth_country",
       BirthCountries,
       {"People", "--where", "birthCountry is not null", "--group-by", "birthCountry", "--agg",
        "count as players", "--order-by", "players desc, birthCountry", "--limit", "15"}},
      {"colleges_with_most_hall_of_famers", CollegesOfTheFamous, {}},
      {"tallest_player_by_birth_decade", TallestPlayers, {}},
      {"awards_by_league",
       AwardsByLeague,
       {"AwardsPlayers", "--group-by", "awardID,lgID", "--agg", "count() as awards", "--having",
        "awards >= 50", "--order-by", "awards:desc,awardID,lgID"}},
      {"longest_serving_managers",
       LongestServingManagers,
       {"Managers", "--group-by", "playerID", "--agg",
        "count(distinct yearID) as seasons, sum(G) as games, sum(W) as won, min(yearID) as "
        "first, max(yearID) as last",
        "--order-by", "seasons:desc,games:desc,playerID", "--limit", "12"}},
      {"attendance_by_park",
       AttendanceByPark,
       {"HomeGames", "--where", "\"year.key\" between 1990 and 2010 and attendance != 0",
        "--group-by", "\"park.key\"", "--agg", "sum(games) as games, sum(attendance) as visitors",
        "--having", "games >= 400", "--select",
        "\"park.key\", games, cast(visitors as float64) / games as average", "--order-by",
        "average:desc,\"park.key\""}},
      {"left_handed_by_debut_decade",
       LeftHandedByDebut,
       {"People", "--where", "debut is not null", "--group-by", "year(debut) / 10 * 10 as decade",
        "--agg",
        "count(bats) as known, sum(case when bats = 'L' then 1 else 0 end) as left, "
        "avg(case when bats = 'L' then 1.0 when bats is not null then 0.0 end) as share",
        "--order-by", "decade"}},
      {"hall_of_fame_votes",
       HallOfFameVotes,
       {"HallOfFame", "--where",
        "votedBy in ('BBWAA', 'Special Election') and inducted = 'Y' and ballots is not null and "
        "votes is not null",
        "--select", "playerID, yearID, votes * 100.0 / ballots as percent", "--order-by",
        "percent, playerID", "--tail", "20"}},
      {"always_rich_players",
       AlwaysRich,
       {"players", "--where", "any(salaries.salary > 20000000) and all(salaries.salary >= 500000)",
        "--select",
        "playerID, len(salaries) as seasons, max(salaries.salary) as best, "
        "min(salaries.salary) as least",
        "--order-by", "playerID"}},
      {"next_career_salaries_from_lists",
       NextCareerSalaries,
       {"players", "--select",
        "playerID, sum(salaries.salary) as career, avg(salaries.salary) as average, nameLast",
        "--order-by", "career:desc,playerID", "--skip", "10", "--limit", "10"}},
      {"born_before_1900_without_death",
       BornBefore1900,
       {"players", "--where", "birth.year < 1900 and death.year is null", "--group-by",
        "birth.country as country", "--agg", "count as players, min(birth.year) as oldest",
        "--order-by", "players:desc,country"}},
      {"universities_by_state",
       UniversitiesByState,
       {"Schools", "--where",
        "state in ('CA', 'TX', 'NY', 'OH', 'PA') and name_full like '%University%' and not "
        "name_full like 'University of%'",
        "--group-by", "state", "--agg", "count as universities, count(distinct city) as cities",
        "--order-by", "universities:desc,state"}},
      {"salary_spread_by_year",
       SalarySpread,
       {"Salaries", "--group-by", "yearID", "--agg",
        "count as players, avg(salary) as mean, stddev(salary) as spread, min(salary) as least, "
        "max(salary) as most",
        "--order-by", "yearID"}},
      {"leagues_and_divisions",
       LeaguesAndDivisions,
       {"Teams", "--select", "lgID,divID", "--distinct", "--order-by", "lgID,divID"}},
      {"scottish_and_irish_names",
       ScottishAndIrishNames,
       {"People", "--where",
        "(lower(nameLast) like 'mc%' or starts_with(nameLast, 'Mac') or nameLast like 'O''%') and "
        "not contains(nameLast, '''n')",
        "--group-by", "upper(substr(nameLast, 1, 4)) as beginning", "--agg",
        "count as players, max(length(nameLast)) as longest", "--having", "players >= 5",
        "--order-by", "players:desc,beginning"}},
      {"debuts_by_month_and_weekday",
       DebutDays,
       {"People", "--where", "debut between date '2000-01-01' and date '2019-12-31'", "--group-by",
        "month(debut) as month, day_of_week(debut) as weekday", "--agg",
        "count as debuts, max(debut) as last", "--order-by", "month,weekday"}},
      {"awards_by_year_from_lists",
       AwardsByYear,
       {"players", "--unnest", "awards", "--where", "awards.yearID between 1950 and 1980",
        "--group-by", "awards.yearID as year", "--agg",
        "count as awards, count(distinct playerID) as winners, count(distinct awards.awardID) as "
        "kinds",
        "--order-by", "year"}},
      {"players_by_weight",
       PlayersByWeight,
       {"People", "--group-by",
        "case when weight is null then 'unknown' when weight < 160 then 'light' when weight < 200 "
        "then 'medium' else 'heavy' end as weight_class",
        "--agg", "count as players, avg(height) as height, max(weight) as pounds", "--select",
        "weight_class, players, height, concat(cast(pounds as utf8), ' lb') as heaviest",
        "--order-by", "weight_class"}},
  };
}

}  // namespace

Baseball::Baseball(Snapshot snapshot, QueryOptions options)
    : snapshot_(std::move(snapshot)), options_(std::move(options)) {}

Query Baseball::From(const std::string& dataset) const {
  const absl::StatusOr<Dataset> found = snapshot_.GetDataset(dataset);
  ASHLAR_CHECK_OK(found.status());
  return found->All().With(options_);
}

const std::vector<Question>& Questions() {
  static const auto* const kQuestions = new std::vector<Question>(MakeQuestions());
  return *kQuestions;
}

}  // namespace ashlar::tools::real_data
