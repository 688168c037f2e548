// Durable commits of one row, and the disk's own pace beside them.
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/keyed_rounds.h"
#include "bench/keyed_workloads.h"
#include "bench/process_times.h"
#include "src/base/check.h"
#include "src/base/executor.h"
#include "src/base/strings.h"
#include "src/io/aligned_buffer.h"
#include "src/io/posix_file_system.h"

namespace ashlar::bench {
namespace {

// Made beforehand, for callers have their rows; after so many commits the keys come round again.
constexpr uint64_t kCommitKeys = 16'384;
constexpr uint64_t kRawFileBytes = uint64_t{64} << 20;
constexpr size_t kAlignment = 4096;

void CommitUntil(double deadline, KeyedStore& store, const std::vector<KeyedBatch>& batches,
                 size_t first, size_t count, std::vector<double>* latencies) {
  for (size_t i = 0; WallSeconds() < deadline; ++i) {
    const double start = WallSeconds();
    store.Write(batches[first + i % count]);
    latencies->push_back(WallSeconds() - start);
  }
}

KeyedTurn CommitOnThreads(size_t threads, double seconds, KeyedStore& store,
                          const std::vector<KeyedBatch>& batches) {
  std::vector<std::vector<double>> latencies(threads);
  absl::StatusOr<std::unique_ptr<base::ThreadPool>> pool = base::ThreadPool::Start(threads);
  ASHLAR_CHECK_OK(pool.status());
  const size_t share = batches.size() / threads;
  std::latch start(static_cast<std::ptrdiff_t>(threads) + 1);
  double deadline = 0;
  for (size_t i = 0; i < threads; ++i) {
    (*pool)->Schedule([&, i] {
      start.arrive_and_wait();
      CommitUntil(deadline, store, batches, i * share, share, &latencies[i]);
    });
  }
  const TurnMeter meter;
  deadline = WallSeconds() + seconds;
  start.arrive_and_wait();
  pool->reset();  // runs to the end of all
  std::vector<double> all;
  for (const std::vector<double>& some : latencies) all.insert(all.end(), some.begin(), some.end());
  KeyedTurn turn = meter.Stop(static_cast<double>(all.size()));
  turn.latencies = std::move(all);
  return turn;
}

// Writes of one block into a file that has its space and was written once, each with a sync: what
// no commit that is alone can beat.
class RawLoop {
 public:
  explicit RawLoop(const std::string& path) {
    auto files = io::OpenPosixFileSystem(path, {.create = true});
    ASHLAR_CHECK_OK(files.status());
    files_ = *std::move(files);
    auto file = files_->CreateBlockFile("raw", {.size = kRawFileBytes, .direct = true});
    ASHLAR_CHECK_OK(file.status());
    file_ = *std::move(file);
    block_ = io::AlignedBuffer::Allocate(kRawFileBytes, kAlignment);
    std::fill_n(block_.data(), kRawFileBytes, std::byte{1});
    ASHLAR_CHECK_OK(file_->WriteAt(0, {block_.data(), kRawFileBytes}));
    ASHLAR_CHECK_OK(file_->Sync());
  }

  KeyedTurn Run(double seconds) {
    std::vector<double> latencies;
    const TurnMeter meter;
    for (const double deadline = WallSeconds() + seconds; WallSeconds() < deadline;) {
      const double start = WallSeconds();
      ASHLAR_CHECK_OK(file_->WriteAt(offset_, {block_.data(), io::kBlockBytes}));
      ASHLAR_CHECK_OK(file_->Sync());
      latencies.push_back(WallSeconds() - start);
      offset_ = (offset_ + io::kBlockBytes) % kRawFileBytes;
    }
    KeyedTurn turn = meter.Stop(static_cast<double>(latencies.size()));
    turn.latencies = std::move(latencies);
    return turn;
  }

 private:
  std::unique_ptr<io::FileSystem> files_;
  std::unique_ptr<io::BlockFile> file_;
  io::AlignedBuffer block_;
  uint64_t offset_ = 0;
};

// Commits of one row, many on their way at a time; beside them the same rows in commits of many.
void MeasureAsync(const KeyedSetup& setup, const std::vector<KeyedBatch>& batches,
                  AllFigures* figures) {
  constexpr size_t kInFlight = 1024;
  const std::vector<KeyedBatch> large = MakeKeyedBatches(kCommitRows, 0, kCommitKeys, kInFlight);
  std::vector<std::unique_ptr<KeyedStore>> stores;
  std::vector<Entrant> entrants;
  for (const KeyedEngine& engine : setup.engines) {
    const std::string name = base::StrCat("commits_async_", engine.name);
    stores.push_back(engine.open(setup.directory->Path(name),
                                 {.shape = kCommitRows, .durability = Durability::kSynced}));
    KeyedStore* const store = stores.back().get();
    entrants.push_back({engine.name, [&, store](size_t) -> std::optional<KeyedTurn> {
                          const TurnMeter meter;
                          uint64_t commits = 0;
                          for (const double end = WallSeconds() + setup.seconds;
                               WallSeconds() < end; commits += batches.size()) {
                            if (!store->WriteAsync(batches, kInFlight)) return std::nullopt;
                          }
                          return meter.Stop(static_cast<double>(commits));
                        }});
    entrants.push_back({engine.name + " x1024 rows", [&, store](size_t) {
                          const TurnMeter meter;
                          uint64_t rows = 0;
                          for (const double end = WallSeconds() + setup.seconds;
                               WallSeconds() < end; rows += kCommitKeys) {
                            for (const KeyedBatch& batch : large) store->Write(batch);
                          }
                          return std::optional<KeyedTurn>(meter.Stop(static_cast<double>(rows)));
                        }});
  }
  const Contest contest = {.name = "keyed_commits_async",
                           .title =
                               "Durable commits of one row, 1,024 on their way, one thread; and "
                               "the same rows in commits of 1,024",
                           .rounds = setup.rounds,
                           .warm_up = true};
  for (Figures& figure : RunContest(contest, entrants)) figures->push_back(std::move(figure));
}

}  // namespace

void MeasureCommits(const KeyedSetup& setup, AllFigures* figures) {
  const std::vector<KeyedBatch> batches = MakeKeyedBatches(kCommitRows, 0, kCommitKeys, 1);
  RawLoop raw(setup.directory->Path("raw"));
  for (const size_t threads : {1, 8, 64}) {
    std::vector<std::unique_ptr<KeyedStore>> stores;
    std::vector<Entrant> entrants;
    for (const KeyedEngine& engine : setup.engines) {
      const std::string name = base::StrCat("commits_", threads, "_", engine.name);
      stores.push_back(engine.open(setup.directory->Path(name),
                                   {.shape = kCommitRows, .durability = Durability::kSynced}));
      entrants.push_back({engine.name, [&, threads, store = stores.back().get()](size_t) {
                            KeyedTurn turn =
                                CommitOnThreads(threads, setup.seconds, *store, batches);
                            store->Settle();  // not in the turn of the next one
                            return std::optional<KeyedTurn>(std::move(turn));
                          }});
    }
    entrants.push_back(
        {"raw x1", [&](size_t) { return std::optional<KeyedTurn>(raw.Run(setup.seconds)); }});
    const Contest contest = {
        .name = base::StrCat("keyed_commits_", threads),
        .title = base::StrCat("Durable commits of one row of ", kCommitRows.row_bytes(),
                              " bytes, threads: ", threads),
        .rounds = setup.rounds,
        .warm_up = true};
    for (Figures& figure : RunContest(contest, entrants)) figures->push_back(std::move(figure));
  }
  MeasureAsync(setup, batches, figures);
}

}  // namespace ashlar::bench
