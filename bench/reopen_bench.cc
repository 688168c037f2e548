// Opening a store whose writer was killed: what is promised of it, and where the time goes.
//
// Figures to hold: 64 Ki rows in memory are back, and a first one is got, within 10 ms of the call
// of Store::Open, whether they came in commits of 1,000 rows or one by one; and a second for each
// 256 MiB of log. Rows of 116 bytes in 12 columns, unsynced; ASHLAR_BENCH_ROUNDS rounds (5).
//
// Writers and openers are processes of their own: nothing is left of a writer but its files, and an
// opener touches its memory for the first time. Beside the opening, with stores of their own and so
// with logs that are as cold: reading the records alone, and reading them into memory alone.
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/keyed_rows.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_file_system.h"
#include "src/log/log_replay.h"
#include "src/store/log_recovery.h"

extern char** environ;

namespace ashlar::bench {
namespace {

constexpr const char* kDataset = "rows";

struct Shape {
  const char* name;
  uint64_t rows;
  uint64_t rows_a_commit;
  bool synced;
  double log_mib;  // what the time is stated for; 0: for the whole
};
// The last two are as long as fits memory without a flush.
constexpr Shape kShapes[] = {{"reopen_64ki_rows_in_1000s", 65'536, 1000, false, 0},
                             {"reopen_64ki_rows_one_by_one", 65'536, 1, false, 0},
                             {"reopen_64ki_rows_in_1000s_synced", 65'536, 1000, true, 0},
                             {"reopen_log_of_1000s", 1'200'000, 1000, false, 256},
                             {"reopen_log_of_rows", 500'000, 1, false, 256}};

const StoreOptions kOptions = {.memtable_bytes = uint64_t{256} << 20};

// What a process does with a store, and tells.
using Times = std::vector<double>;  // in milliseconds

void WriteAndDie(const std::string& path, const Shape& shape) {
  const auto store = Store::Open(path, kOptions).value();
  ASHLAR_CHECK_OK(store->CreateDataset(kDataset, KeyedSchema(kWideRows), {.key = {"key"}}));
  const CommitOptions options{shape.synced ? Durability::kSync : Durability::kNone};
  constexpr uint64_t kRowsAtOnce = 10'000;
  for (uint64_t first = 0; first < shape.rows; first += kRowsAtOnce) {
    const uint64_t rows = std::min(kRowsAtOnce, shape.rows - first);
    for (const KeyedBatch& batch : MakeKeyedBatches(kWideRows, first, rows, shape.rows_a_commit)) {
      WriteTransaction transaction = store->BeginWrite().value();
      ASHLAR_CHECK_OK(transaction.Upsert(kDataset, batch.columns));
      ASHLAR_CHECK_OK(std::move(transaction).Commit(options).status());
    }
  }
  ASHLAR_CHECK(store->stats().memory_rows == shape.rows);
  (void)std::raise(SIGKILL);
}

Times OpenAndGet(const std::string& path, const Shape& shape) {
  const double started = WallSeconds();
  const auto store = Store::Open(path, kOptions).value();
  const double opened = WallSeconds();
  const Dataset dataset = store->GetSnapshot().GetDataset(kDataset).value();
  ASHLAR_CHECK(dataset.Get(Key::Binary(KeyOfRow(shape.rows - 1))).value().has_value());
  const double got = WallSeconds();
  // What is measured is what was there: all of it.
  for (uint64_t row = 0; row < shape.rows; row += 1 + row / 100) {
    ASHLAR_CHECK(dataset.Get(Key::Binary(KeyOfRow(row))).value().has_value());
  }
  return {(got - started) * 1e3, (got - opened) * 1e3};
}

Times ReadRecords(const std::string& path, const Shape&) {
  const auto files = io::OpenPosixFileSystem(path).value();
  const double started = WallSeconds();
  const auto replay = log::LogReplay::Open(*files, {}).value();
  uint64_t bytes = 0;
  for (log::ReplayedRecord record; replay->Next(&record).value();) {
    bytes += record.entry.record.body.size();
  }
  ASHLAR_CHECK(bytes > 0);
  const double read = WallSeconds();
  uint64_t log_bytes = 0;
  for (const log::ReplayedLog& log : replay->logs()) log_bytes += log.valid_bytes;
  return {(read - started) * 1e3, static_cast<double>(log_bytes) / (1 << 20)};
}

Times ReplayRecords(const std::string& path, const Shape&) {
  const auto files = io::OpenPosixFileSystem(path).value();
  const auto set = manifest::ReadManifest(*files).value().set;
  const double started = WallSeconds();
  store::CurrentView view(set->current(), [](const auto&) {});
  ASHLAR_CHECK_OK(store::ReplayLogs(*files, *set, log::LogTail::kEnded, view).status());
  return {(WallSeconds() - started) * 1e3};
}

struct Role {
  std::string_view name;
  Times (*play)(const std::string& path, const Shape& shape);
};
constexpr Role kRoles[] = {
    {"--open", OpenAndGet}, {"--read", ReadRecords}, {"--replay", ReplayRecords}};

std::string AnswerPath(const std::string& path) { return path + ".times"; }

// Plays what the arguments say; false when they say nothing of this.
bool PlayRole(int argc, char** argv) {
  if (argc != 4) return false;
  const std::string path = argv[2];
  const Shape& shape = kShapes[std::stoul(argv[3])];
  if (argv[1] == std::string_view("--write")) WriteAndDie(path, shape);
  for (const Role& role : kRoles) {
    if (argv[1] != role.name) continue;
    std::ofstream answer(AnswerPath(path));
    for (const double time : role.play(path, shape)) answer << time << '\n';
    return true;
  }
  return false;
}

void Run(std::string_view role, const std::string& path, size_t shape) {
  std::string program = "/proc/self/exe";
  std::string arguments[] = {std::string(role), path, base::StrCat(shape)};
  char* argv[] = {program.data(), arguments[0].data(), arguments[1].data(), arguments[2].data(),
                  nullptr};
  pid_t child = 0;
  ASHLAR_CHECK(posix_spawn(&child, program.c_str(), nullptr, nullptr, argv, environ) == 0);
  int status = 0;
  ASHLAR_CHECK(waitpid(child, &status, 0) == child);
  ASHLAR_CHECK(role == "--write" ? WIFSIGNALED(status) : WIFEXITED(status) && status == 0);
}

Times PlayOnFreshStore(const ScratchDirectory& directory, std::string_view role, size_t shape) {
  static int stores = 0;
  const std::string path = directory.Path(base::StrCat("store", ++stores));
  Run("--write", path, shape);
  Run(role, path, shape);
  std::ifstream answer(AnswerPath(path));
  Times times;
  for (double time = 0; answer >> time;) times.push_back(time);
  ASHLAR_CHECK(!times.empty());
  return times;
}

double MedianOf(const std::vector<Times>& rounds, size_t index) {
  std::vector<double> values;
  for (const Times& times : rounds) values.push_back(times.at(index));
  return Percentile(values, 50);
}

Figures Measure(const ScratchDirectory& directory, size_t index, uint64_t rounds) {
  const Shape& shape = kShapes[index];
  std::vector<Times> opens;
  std::vector<Times> reads;
  std::vector<Times> replays;
  for (uint64_t round = 0; round < rounds; ++round) {
    opens.push_back(PlayOnFreshStore(directory, "--open", index));
    reads.push_back(PlayOnFreshStore(directory, "--read", index));
    replays.push_back(PlayOnFreshStore(directory, "--replay", index));
  }
  const double mib = MedianOf(reads, 1);
  const double scale = shape.log_mib == 0 ? 1 : shape.log_mib / mib;
  Figures figures(shape.name);
  figures.SetTimes(MedianOf(opens, 0) * scale, 0);
  figures.Add("open_and_get_ms", MedianOf(opens, 0) * scale);
  figures.Add("first_get_ms", MedianOf(opens, 1));
  figures.Add("read_alone_ms", MedianOf(reads, 0) * scale);
  figures.Add("replay_alone_ms", MedianOf(replays, 0) * scale);
  figures.Add("log_mib", mib);
  return figures;
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  using namespace ashlar::bench;
  if (PlayRole(argc, argv)) return EXIT_SUCCESS;
  const uint64_t rounds = Setting("ASHLAR_BENCH_ROUNDS", 5);
  // --only=<shape>
  const std::string_view only = argc > 1 ? argv[1] : "";
  std::vector<Figures> all;
  for (size_t shape = 0; shape < std::size(kShapes); ++shape) {
    if (only.starts_with("--only=") && only.substr(7) != kShapes[shape].name) continue;
    const bool is_long = kShapes[shape].log_mib > 0;
    const ScratchDirectory directory;
    all.push_back(Measure(directory, shape, is_long ? std::min<uint64_t>(rounds, 2) : rounds));
    all.back().Report("");
  }
  Figures::Write(all, OutputPath(argc, argv));
  return EXIT_SUCCESS;
}
