// Ashlar as a keyed engine: one dataset "rows" with the key "key".
//
// Owns: the way from the benchmarks' verbs to the public API. Callers hold columns, as Ashlar's do.
// Every commit is durable yet, whatever was asked for, and there are no reads of many keys or of
// ranges; each has its place below: Commit(), and the verbs of the reader.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/keyed_engine.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

constexpr std::string_view kDataset = "rows";

class Reader final : public KeyedReader {
 public:
  Reader(Dataset dataset, const RowShape& shape) : dataset_(std::move(dataset)), shape_(shape) {}

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    const std::optional<RowRef> row = Find(key);
    if (row.has_value()) *sum += row->GetUInt64(1);
    return row.has_value();
  }

  bool GetRow(std::string_view key, uint64_t* sum) override {
    const std::optional<RowRef> row = Find(key);
    if (!row.has_value()) return false;
    for (size_t word = 0; word < shape_.words; ++word) *sum += row->GetUInt64(1 + word);
    *sum += SumOfBytes(row->GetBytes(1 + shape_.words));
    return true;
  }

  std::optional<uint64_t> Range(std::string_view /*first*/, size_t /*rows*/) override {
    return std::nullopt;
  }

 private:
  std::optional<RowRef> Find(std::string_view key) {
    absl::StatusOr<std::optional<RowRef>> row = dataset_.Get(Key::Binary(key));
    ASHLAR_CHECK_OK(row.status());
    return *row;
  }

  const Dataset dataset_;  // what was got is borrowed from it
  const RowShape shape_;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options) : shape_(options.shape) {
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(path);
    ASHLAR_CHECK_OK(store.status());
    store_ = *std::move(store);
    if (!store_->GetSnapshot().dataset_names().empty()) return;
    ASHLAR_CHECK_OK(store_->CreateDataset(kDataset, KeyedSchema(shape_), {.key = {"key"}}));
  }
  ~Engine() override { ASHLAR_CHECK_OK(store_->Close()); }

  void Write(const KeyedBatch& batch) override {
    WriteTransaction transaction = Begin();
    ASHLAR_CHECK_OK(transaction.Upsert(kDataset, batch.columns));
    Commit(std::move(transaction));
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

  // Commits leave nothing to be done later.
  void Settle() override {}

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
    ASHLAR_CHECK_OK(std::move(transaction).Commit().status());
  }

  const RowShape shape_;
  std::unique_ptr<Store> store_;
};

}  // namespace

KeyedEngine AshlarEngine() {
  return {"ashlar", "", [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
