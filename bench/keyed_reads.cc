// Gets and ranges of cached rows.
//
// Every result is used: each engine must find the same rows with the same values, or the run ends.
// Throughput and latency are measured apart, for a look at the clock costs as much as a fast get.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/keyed_rounds.h"
#include "bench/keyed_workloads.h"
#include "bench/process_times.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kGets = 200'000;  // a turn
constexpr uint64_t kRanges = 200;
constexpr size_t kRangeRows = 1000;
constexpr size_t kKeysAtOnce = 64;
constexpr size_t kTimedShare = 10;  // one in so many is timed, after the others

// Reads what `keys` name (one after the other, as many as one operation takes) and adds it up;
// nothing when the engine has no such reads.
using Read = std::optional<uint64_t> (*)(KeyedReader& reader, std::string_view keys);

struct ReadContest {
  Contest contest;
  uint64_t first_row = 0;  // keys are those of rows [first_row, first_row + rows)
  uint64_t operations = 0;
  size_t keys_at_once = 1;
  Read read = nullptr;
};

std::string RandomKeys(const ReadContest& of, uint64_t rows, size_t round) {
  base::Random random(round + 1);
  std::string keys;
  for (uint64_t i = 0; i < of.operations; ++i) {
    keys += KeyOfRow(of.first_row + random.Uniform(rows));
  }
  return keys;
}

// `*sum` is what all reads add up to.
std::optional<KeyedTurn> ReadAll(const ReadContest& of, KeyedReader& reader,
                                 const std::string& keys, uint64_t* sum) {
  const size_t step = of.keys_at_once * kKeyBytes;
  const std::string_view all = keys;
  const TurnMeter meter;
  for (size_t at = 0; at < all.size(); at += step) {
    const std::optional<uint64_t> read = of.read(reader, all.substr(at, step));
    if (!read.has_value()) return std::nullopt;
    *sum += *read;
  }
  KeyedTurn turn = meter.Stop(static_cast<double>(of.operations));
  for (size_t at = 0; at < all.size() / kTimedShare; at += step) {
    const double start = WallSeconds();
    const std::optional<uint64_t> read = of.read(reader, all.substr(at, step));
    turn.latencies.push_back(WallSeconds() - start);
    ASHLAR_CHECK(read.has_value());
  }
  return turn;
}

void Run(const KeyedSetup& setup, const std::vector<ReadContest>& contests, AllFigures* figures) {
  EnsureLoaded(setup);
  std::vector<std::unique_ptr<KeyedStore>> stores;
  for (const KeyedEngine& engine : setup.engines) {
    stores.push_back(engine.open(setup.LoadedPath(engine), {}));
  }
  for (const ReadContest& contest : contests) {
    std::vector<std::optional<uint64_t>> sums(setup.rounds + 1);  // by round
    std::vector<Entrant> entrants;
    for (size_t i = 0; i < stores.size(); ++i) {
      entrants.push_back({setup.engines[i].name, [&, i](size_t round) {
                            const std::string keys = RandomKeys(contest, setup.rows, round);
                            const std::unique_ptr<KeyedReader> reader = stores[i]->NewReader();
                            uint64_t sum = 0;
                            std::optional<KeyedTurn> turn = ReadAll(contest, *reader, keys, &sum);
                            if (turn.has_value()) {
                              if (!sums[round].has_value()) sums[round] = sum;
                              ASHLAR_CHECK(*sums[round] == sum);
                            }
                            return turn;
                          }});
    }
    for (Figures& figure : RunContest(contest.contest, entrants)) {
      figures->push_back(std::move(figure));
    }
  }
}

std::optional<uint64_t> ReadNumber(KeyedReader& reader, std::string_view key) {
  uint64_t sum = 0;
  ASHLAR_CHECK(reader.GetNumber(key, &sum));
  return sum;
}

std::optional<uint64_t> ReadNothing(KeyedReader& reader, std::string_view key) {
  uint64_t sum = 0;
  ASHLAR_CHECK(!reader.GetNumber(key, &sum));
  return sum;
}

std::optional<uint64_t> ReadNumbers(KeyedReader& reader, std::string_view keys) {
  uint64_t sum = 0;
  ASHLAR_CHECK(reader.MultiGet(keys, &sum) == keys.size() / kKeyBytes);
  return sum;
}

std::optional<uint64_t> ReadRow(KeyedReader& reader, std::string_view key) {
  uint64_t sum = 0;
  ASHLAR_CHECK(reader.GetRow(key, &sum));
  return sum;
}

std::optional<uint64_t> ReadRange(KeyedReader& reader, std::string_view key) {
  return reader.Range(key, kRangeRows);
}

Contest Cached(const KeyedSetup& setup, const std::string& name, const std::string& title) {
  return {.name = "keyed_" + name,
          .title = base::StrCat(title, ", ", setup.rows, " cached rows"),
          .rounds = setup.rounds,
          .warm_up = true};
}

}  // namespace

void MeasureGets(const KeyedSetup& setup, AllFigures* figures) {
  Run(setup,
      {{.contest = Cached(setup, "get_hit", "Gets of one 8-byte column"),
        .operations = kGets,
        .read = ReadNumber},
       {.contest = Cached(setup, "get_miss", "Gets of keys that are not there"),
        .first_row = setup.rows,
        .operations = kGets,
        .read = ReadNothing},
       {.contest = Cached(setup, "multi_get",
                          base::StrCat("Gets of one 8-byte column by ", kKeysAtOnce,
                                       " keys (op: a key; latencies: a call)")),
        .operations = kGets - kGets % kKeysAtOnce,
        .keys_at_once = kKeysAtOnce,
        .read = ReadNumbers},
       {.contest = Cached(setup, "get_row", "Gets of whole rows of 12 columns"),
        .operations = kGets,
        .read = ReadRow}},
      figures);
}

void MeasureRanges(const KeyedSetup& setup, AllFigures* figures) {
  Run(setup,
      {{.contest = Cached(setup, "range",
                          base::StrCat("Ranges of ", kRangeRows, " rows, one 8-byte column")),
        .operations = kRanges,
        .read = ReadRange}},
      figures);
}

}  // namespace ashlar::bench
