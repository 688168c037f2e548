// Loads: rows in random order by small commits, and rows in the order of their keys at once.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/keyed_rounds.h"
#include "bench/keyed_workloads.h"
#include "bench/process_times.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kSmallBatchRows = 1000;
constexpr uint64_t kLargeBatchRows = 65'536;

using Load = std::function<KeyedTurn(KeyedStore& store)>;

// Each turn fills a new store, which is gone after it.
void Run(const KeyedSetup& setup, const Contest& contest, const Load& load, AllFigures* figures) {
  std::vector<Entrant> entrants;
  for (const KeyedEngine& engine : setup.engines) {
    entrants.push_back({engine.name, [&](size_t) {
                          const std::string path = setup.directory->Path("load_" + engine.name);
                          auto store = engine.open(path, {});
                          KeyedTurn turn = load(*store);
                          store.reset();
                          std::filesystem::remove_all(path);
                          return std::optional<KeyedTurn>(std::move(turn));
                        }});
  }
  for (Figures& figure : RunContest(contest, entrants)) figures->push_back(std::move(figure));
}

// The bytes are those of everything; the rate is that of the calls, and another one until the end.
KeyedTurn WriteAll(const std::vector<KeyedBatch>& batches, uint64_t rows, KeyedStore& store) {
  std::vector<double> latencies;
  const TurnMeter meter;
  for (const KeyedBatch& batch : batches) {
    const double start = WallSeconds();
    store.Write(batch);
    latencies.push_back(WallSeconds() - start);
  }
  const KeyedTurn written = meter.Stop(static_cast<double>(rows));
  store.Settle();
  KeyedTurn turn = meter.Stop(static_cast<double>(rows));
  turn.settled_seconds = std::exchange(turn.wall_seconds, written.wall_seconds);
  turn.latencies = std::move(latencies);
  return turn;
}

}  // namespace

void MeasureBatches(const KeyedSetup& setup, AllFigures* figures) {
  const auto batches = MakeKeyedBatches(kWideRows, 0, setup.rows, kSmallBatchRows);
  const Contest contest = {
      .name = "keyed_batches",
      .title = base::StrCat("Upserts of ", setup.rows, " rows of ", kWideRows.row_bytes(),
                            " bytes in random order, ", kSmallBatchRows,
                            " a commit, unsynced (op: a row; latencies: a commit)"),
      .rounds = setup.load_rounds()};
  const Load load = [&](KeyedStore& store) { return WriteAll(batches, setup.rows, store); };
  Run(setup, contest, load, figures);
}

void MeasureIngest(const KeyedSetup& setup, AllFigures* figures) {
  const auto batches = MakeSortedBatches(kWideRows, setup.rows, kLargeBatchRows);
  const Contest contest = {
      .name = "keyed_ingest",
      .title = base::StrCat("Ingest of ", setup.rows, " sorted rows of ", kWideRows.row_bytes(),
                            " bytes until they are durable (op: a row)"),
      .rounds = setup.load_rounds()};
  const Load load = [&](KeyedStore& store) {
    const TurnMeter meter;
    store.Ingest(batches);
    store.Settle();
    return meter.Stop(static_cast<double>(setup.rows));
  };
  Run(setup, contest, load, figures);
}

void EnsureLoaded(const KeyedSetup& setup) {
  std::vector<KeyedBatch> batches;
  for (const KeyedEngine& engine : setup.engines) {
    const std::string path = setup.LoadedPath(engine);
    if (std::filesystem::exists(path)) continue;
    if (batches.empty()) batches = MakeKeyedBatches(kWideRows, 0, setup.rows, kLargeBatchRows);
    const auto store = engine.open(path, {});
    for (const KeyedBatch& batch : batches) store->Write(batch);
    store->Settle();
  }
}

}  // namespace ashlar::bench
