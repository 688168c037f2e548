// Bulk loads: rows in one transaction, beside RocksDB's batches and the bare disk; rows that come
// sorted, and the same in random order.
//
// Owns: what counts as a load here, and its write amplification by our count and by the system's.
// Does not own: rounds and tables (keyed_rounds.h). Each turn fills a new store. Ashlar's turn ends
// when all is durable and found by key; RocksDB's when its last batch is in its unsynced log, its
// time until everything lies sorted on the disk being the settled one; the disk's when as many
// bytes are written with O_DIRECT, a megabyte at a time, and synced.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/keyed_rounds.h"
#include "bench/keyed_workloads.h"
#include "bench/process_times.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/aligned_buffer.h"
#include "src/io/posix_file_system.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kLargeBatchRows = 65'536;
constexpr size_t kBatchRows = 1000;
constexpr size_t kSliceBytes = size_t{1} << 20;
constexpr size_t kAlignment = 4096;

// All bytes that a load wrote by its own count, over those of the rows.
double CountedAmplification(const WriteStats& stats) {
  const uint64_t written = stats.chunk_bytes() + stats.key_index_bytes + stats.metadata_bytes +
                           stats.manifest_bytes + stats.deletion_vector_bytes + stats.log_bytes;
  return static_cast<double>(written) / static_cast<double>(stats.logical_bytes);
}

KeyedTurn LoadAshlar(const std::string& path, const std::vector<RecordBatch>& rows, bool hash_index,
                     double* amplification) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(path);
  ASHLAR_CHECK_OK(store.status());
  ASHLAR_CHECK_OK((*store)->CreateDataset("rows", KeyedSchema(kWideRows),
                                          {.key = {"key"}, .hash_index = hash_index}));
  const TurnMeter meter;
  absl::StatusOr<WriteTransaction> transaction = (*store)->BeginWrite();
  ASHLAR_CHECK_OK(transaction.status());
  const std::unique_ptr<BatchReader> reader = MakeBatchReader(KeyedSchema(kWideRows), rows);
  ASHLAR_CHECK_OK(transaction->Upsert("rows", *reader));
  const absl::StatusOr<WriteStats> stats = std::move(*transaction).Commit();
  ASHLAR_CHECK_OK(stats.status());
  const KeyedTurn turn = meter.Stop(static_cast<double>(stats->rows));
  *amplification = CountedAmplification(*stats);
  ASHLAR_CHECK_OK((*store)->Close());
  return turn;
}

KeyedTurn LoadBatches(const KeyedEngine& engine, const std::string& path,
                      const std::vector<KeyedBatch>& batches, uint64_t rows) {
  const auto store = engine.open(path, {});
  const TurnMeter meter;
  for (const KeyedBatch& batch : batches) store->Write(batch);
  const KeyedTurn written = meter.Stop(static_cast<double>(rows));
  store->Settle();
  KeyedTurn turn = meter.Stop(static_cast<double>(rows));
  turn.settled_seconds = std::exchange(turn.wall_seconds, written.wall_seconds);
  return turn;
}

KeyedTurn WriteRaw(const std::string& path, uint64_t rows) {
  const uint64_t bytes = rows * kWideRows.row_bytes() / kSliceBytes * kSliceBytes;
  auto files = io::OpenPosixFileSystem(path, {.create = true});
  ASHLAR_CHECK_OK(files.status());
  const auto slice = io::AlignedBuffer::Allocate(kSliceBytes, kAlignment);
  std::fill_n(slice.data(), kSliceBytes, std::byte{1});
  const TurnMeter meter;
  auto file = (*files)->CreateBlockFile("raw", {.size = bytes, .direct = true});
  ASHLAR_CHECK_OK(file.status());
  for (uint64_t offset = 0; offset < bytes; offset += kSliceBytes) {
    ASHLAR_CHECK_OK((*file)->WriteAt(offset, {slice.data(), kSliceBytes}));
  }
  ASHLAR_CHECK_OK((*file)->Sync());
  return meter.Stop(static_cast<double>(bytes) / static_cast<double>(kWideRows.row_bytes()));
}

}  // namespace

void MeasureBulk(const KeyedSetup& setup, AllFigures* figures) {
  std::vector<RecordBatch> rows;
  std::vector<KeyedBatch> batches;
  for (const KeyedBatch& batch : MakeSortedBatches(kWideRows, setup.rows, kLargeBatchRows)) {
    rows.push_back(batch.columns);
  }
  const std::string path = setup.directory->Path("bulk");
  const auto fresh = [&path](auto load) {
    return [load, path](size_t) {
      KeyedTurn turn = load(path);
      std::filesystem::remove_all(path);
      return std::optional<KeyedTurn>(std::move(turn));
    };
  };
  double plain = 0;
  double indexed = 0;
  std::vector<Entrant> entrants = {
      {"ashlar", fresh([&](const std::string& at) { return LoadAshlar(at, rows, false, &plain); })},
      {"+index",
       fresh([&](const std::string& at) { return LoadAshlar(at, rows, true, &indexed); })}};
  for (const KeyedEngine& engine : setup.engines) {
    if (engine.name != "rocksdb") continue;
    batches = MakeSortedBatches(kWideRows, setup.rows, kBatchRows);
    entrants.push_back({engine.name, fresh([&](const std::string& at) {
                          return LoadBatches(engine, at, batches, setup.rows);
                        })});
  }
  entrants.push_back(
      {"raw", fresh([&](const std::string& at) { return WriteRaw(at, setup.rows); })});
  const auto title = [&](std::string_view order) {
    return base::StrCat("Load of ", setup.rows, " ", order, " rows of ", kWideRows.row_bytes(),
                        " bytes (op: a row), RocksDB by ", kBatchRows, " a batch");
  };
  const Contest contest = {.name = "keyed_bulk",
                           .title = title("sorted"),
                           .rounds = setup.load_rounds(),
                           .warm_up = true};
  std::vector<Figures> measured = RunContest(contest, entrants);
  std::cout << "write amplification by our count: " << plain << ", with a hash index " << indexed
            << std::endl;
  measured[0].Add("counted_amplification", plain);
  measured[1].Add("counted_amplification", indexed);
  for (Figures& figure : measured) figures->push_back(std::move(figure));
  // The same contest over the same rows in random order.
  rows.clear();
  for (const KeyedBatch& batch : MakeKeyedBatches(kWideRows, 0, setup.rows, kLargeBatchRows)) {
    rows.push_back(batch.columns);
  }
  if (!batches.empty()) batches = MakeKeyedBatches(kWideRows, 0, setup.rows, kBatchRows);
  const Contest shuffled = {.name = "keyed_bulk_shuffled",
                            .title = title("shuffled"),
                            .rounds = setup.load_rounds(),
                            .warm_up = true};
  for (Figures& figure : RunContest(shuffled, entrants)) figures->push_back(std::move(figure));
}

}  // namespace ashlar::bench
