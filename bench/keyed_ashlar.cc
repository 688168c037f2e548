// Ashlar as a keyed engine: one dataset "rows" with the key "key".
//
// Owns: the way from the benchmarks' verbs to the public API. Callers hold columns, as Ashlar's do.
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/keyed_engine.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

constexpr std::string_view kDataset = "rows";
// Whoever loads millions of rows piece by piece says so: the first piece alone would have the
// segments made a sixteenth of it.
constexpr uint32_t kSegmentRows = 65'536;

class Reader final : public KeyedReader {
 public:
  Reader(Dataset dataset, const RowShape& shape) : dataset_(std::move(dataset)), shape_(shape) {}

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    const absl::StatusOr<std::optional<RowRef>> row = dataset_.Get(Key::Binary(key));
    ASHLAR_CHECK(row.ok());
    if (!row->has_value()) return false;
    *sum += (*row)->GetUInt64(1);
    return true;
  }

  bool GetRow(std::string_view key, uint64_t* sum) override {
    const absl::StatusOr<std::optional<RowRef>> row = dataset_.Get(Key::Binary(key));
    ASHLAR_CHECK(row.ok());
    if (!row->has_value()) return false;
    uint64_t words = 0;
    for (size_t word = 0; word < shape_.words; ++word) words += (*row)->GetUInt64(1 + word);
    *sum += words + SumOfBytes((*row)->GetBytes(1 + shape_.words));
    return true;
  }

  size_t MultiGet(std::string_view keys, uint64_t* sum) override {
    keys_.clear();
    for (size_t at = 0; at < keys.size(); at += kKeyBytes) {
      keys_.push_back(Key::Binary(keys.substr(at, kKeyBytes)));
    }
    const auto rows = dataset_.MultiGet(keys_);
    ASHLAR_CHECK_OK(rows.status());
    size_t found = 0;
    for (const std::optional<RowRef>& row : *rows) {
      if (!row.has_value()) continue;
      ++found;
      *sum += row->GetUInt64(1);
    }
    return found;
  }

  std::optional<uint64_t> Range(std::string_view first, size_t rows) override {
    const auto reader = dataset_.Range(
        {.from = Key::Binary(first), .limit = rows, .columns = {dataset_.schema().field(1).name}});
    ASHLAR_CHECK_OK(reader.status());
    uint64_t sum = 0;
    for (RecordBatch batch;;) {
      const absl::StatusOr<bool> more = (*reader)->Next(&batch);
      ASHLAR_CHECK_OK(more.status());
      if (!*more) return sum;
      for (int64_t row = 0; row < batch.rows(); ++row) sum += batch.column(0).GetUInt64(row);
    }
  }

 private:
  const Dataset dataset_;  // what was got is borrowed from it
  const RowShape shape_;
  std::vector<Key> keys_;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options)
      : shape_(options.shape),
        options_{options.durability == Durability::kSynced ? ::ashlar::Durability::kSync
                                                           : ::ashlar::Durability::kNone} {
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(path);
    ASHLAR_CHECK_OK(store.status());
    store_ = *std::move(store);
    if (!store_->GetSnapshot().dataset_names().empty()) return;
    ASHLAR_CHECK_OK(
        store_->CreateDataset(kDataset, KeyedSchema(shape_),
                              {.key = {"key"}, .boundaries = {.fixed_rows = kSegmentRows}}));
  }
  ~Engine() override { ASHLAR_CHECK_OK(store_->Close()); }

  void Write(const KeyedBatch& batch) override {
    WriteTransaction transaction = Begin();
    ASHLAR_CHECK_OK(transaction.Upsert(kDataset, batch.columns));
    Commit(std::move(transaction));
  }

  bool WriteAsync(std::span<const KeyedBatch> batches, size_t in_flight) override {
    std::deque<CommitTicket> tickets;
    for (const KeyedBatch& batch : batches) {
      WriteTransaction transaction = Begin();
      ASHLAR_CHECK_OK(transaction.Upsert(kDataset, batch.columns));
      absl::StatusOr<CommitTicket> ticket = std::move(transaction).CommitAsync(options_);
      ASHLAR_CHECK_OK(ticket.status());
      tickets.push_back(*std::move(ticket));
      if (tickets.size() < in_flight) continue;
      ASHLAR_CHECK_OK(tickets.front().Wait().status());
      tickets.pop_front();
    }
    for (CommitTicket& ticket : tickets) ASHLAR_CHECK_OK(ticket.Wait().status());
    return true;
  }

  // As one stream: segments are then as large as they should be.
  void Ingest(const std::vector<KeyedBatch>& batches) override {
    std::vector<RecordBatch> columns;
    for (const KeyedBatch& batch : batches) columns.push_back(batch.columns);
    const std::unique_ptr<BatchReader> reader =
        MakeBatchReader(KeyedSchema(shape_), std::move(columns));
    WriteTransaction transaction = Begin();
    ASHLAR_CHECK_OK(transaction.Upsert(kDataset, *reader));
    Commit(std::move(transaction));
  }

  void Settle() override { ASHLAR_CHECK_OK(store_->Flush()); }

  std::unique_ptr<KeyedReader> NewReader() override {
    absl::StatusOr<Dataset> dataset = store_->GetSnapshot().GetDataset(kDataset);
    ASHLAR_CHECK_OK(dataset.status());
    return std::make_unique<Reader>(*std::move(dataset), shape_);
  }

 private:
  WriteTransaction Begin() {
    absl::StatusOr<WriteTransaction> transaction = store_->BeginWrite();
    ASHLAR_CHECK_OK(transaction.status());
    return *std::move(transaction);
  }
  void Commit(WriteTransaction transaction) {
    ASHLAR_CHECK_OK(std::move(transaction).Commit(options_).status());
  }

  const RowShape shape_;
  const CommitOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace

KeyedEngine AshlarEngine() {
  return {"ashlar", "", [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
