// Keyed data beside RocksDB, LevelDB, LMDB and SQLite: the same rows, the same durability.
//
//   tools/fetch-peers && tools/build release
//   build/release/bench/ashlar_keyed_peers_bench
//   [--only=commits,batches,ingest,bulk,gets,ranges,reopen] [--peers=lmdb,rocksdb,...]
//
// ASHLAR_BENCH_KEYS rows (2,000,000), ASHLAR_BENCH_ROUNDS rounds (10; loads take a third),
// ASHLAR_BENCH_SECONDS a turn of commits (1), ASHLAR_BENCH_DIR where stores are made: a real disk.
// Engines have their turns one after the other in each round; figures are medians over the rounds,
// "x faster" and "x less CPU" are medians of how many times Ashlar was that in the same round. On a
// busy machine only CPU time and counts say something; commits need the disk to themselves.
// Each engine's file says how it is set up. Rows are made
// before the clock starts, as each engine's callers hold them: as bytes for peers, as columns for
// Ashlar. Bytes are the process's write_bytes.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/keyed_workloads.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDefaultRows = 2'000'000;
constexpr uint64_t kDefaultRounds = 10;

struct Workload {
  std::string_view name;
  void (*measure)(const KeyedSetup& setup, AllFigures* figures);
};

// Reopening writes to the stores that gets and ranges read: it comes last.
constexpr Workload kWorkloads[] = {{"commits", MeasureCommits}, {"batches", MeasureBatches},
                                   {"ingest", MeasureIngest},   {"bulk", MeasureBulk},
                                   {"gets", MeasureGets},       {"ranges", MeasureRanges},
                                   {"reopen", MeasureReopen}};

// Whether a comma list has the name; an empty list has all.
bool IsAmong(std::string_view name, std::string_view list) {
  if (list.empty()) return true;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == name) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

// What follows `flag` in the argument that begins with it; nothing when none does.
std::string_view ListAfter(std::string_view flag, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with(flag)) return argv[i] + flag.size();
  }
  return {};
}

void PrintSetup(const KeyedSetup& setup) {
  std::cout << setup.rows << " rows, " << setup.rounds << " rounds:";
  for (const KeyedEngine& engine : setup.engines) {
    std::cout << ' ' << engine.name << (engine.version.empty() ? "" : " (") << engine.version
              << (engine.version.empty() ? "" : ")");
  }
  std::cout << std::endl;
}

void Measure(std::string_view only, std::string_view peers, const std::string& output) {
  const ScratchDirectory directory;
  KeyedSetup setup;
  for (KeyedEngine& engine : AllKeyedEngines()) {
    if (setup.engines.empty() || IsAmong(engine.name, peers)) setup.engines.push_back(engine);
  }
  setup.rows = Setting("ASHLAR_BENCH_KEYS", kDefaultRows);
  setup.rounds = Setting("ASHLAR_BENCH_ROUNDS", kDefaultRounds);
  setup.seconds = static_cast<double>(Setting("ASHLAR_BENCH_SECONDS", 1));
  setup.directory = &directory;
  PrintSetup(setup);
  AllFigures figures;
  for (const Workload& workload : kWorkloads) {
    if (IsAmong(workload.name, only)) workload.measure(setup, &figures);
  }
  Figures::Write(figures, output);
}

// The writer's process of MeasureReopen().
bool IsWriter(int argc, char** argv) {
  if (argc != 4) return false;
  const std::string_view role = argv[1];
  const bool killed = role == "--write-and-die";
  if (!killed && role != "--write-and-close") return false;
  for (const KeyedEngine& engine : AllKeyedEngines()) {
    if (engine.name == argv[2]) WriteAndEnd(engine, argv[3], killed);
  }
  return true;
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  using namespace ashlar::bench;
  if (IsWriter(argc, argv)) return EXIT_SUCCESS;
  Measure(ListAfter("--only=", argc, argv), ListAfter("--peers=", argc, argv),
          OutputPath(argc, argv));
  return EXIT_SUCCESS;
}
