// LevelDB as a keyed engine.
//
// Set up for rows that do not compress and fit into memory: no compression, 10-bit Bloom filters, a
// block cache that holds everything, and a memtable of RocksDB's size instead of 4 MiB.
#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include <memory>
#include <optional>
#include <string>

#include "bench/keyed_engine.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr int kFilterBits = 10;

void Check(const leveldb::Status& status) {
  ASHLAR_CHECK_OK(status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString()));
}

leveldb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view BytesOf(const leveldb::Slice& slice) { return {slice.data(), slice.size()}; }

class Reader final : public KeyedReader {
 public:
  Reader(leveldb::DB& db, const RowShape& shape) : db_(db), shape_(shape) {}

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    if (!Get(key)) return false;
    *sum += NumberOfValue(value_);
    return true;
  }
  bool GetRow(std::string_view key, uint64_t* sum) override {
    if (!Get(key)) return false;
    *sum += SumOfValue(shape_, value_);
    return true;
  }
  std::optional<uint64_t> Range(std::string_view first, size_t rows) override {
    uint64_t sum = 0;
    const std::unique_ptr<leveldb::Iterator> at(db_.NewIterator({}));
    for (at->Seek(SliceOf(first)); at->Valid() && rows > 0; at->Next(), --rows) {
      sum += NumberOfValue(BytesOf(at->value()));
    }
    Check(at->status());
    return sum;
  }

 private:
  bool Get(std::string_view key) {
    const leveldb::Status status = db_.Get({}, SliceOf(key), &value_);
    if (!status.IsNotFound()) Check(status);
    return status.ok();
  }

  leveldb::DB& db_;
  const RowShape shape_;
  std::string value_;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options)
      : options_(options),
        cache_(leveldb::NewLRUCache(kEngineCacheBytes)),
        filter_(leveldb::NewBloomFilterPolicy(kFilterBits)) {
    leveldb::Options setup;
    setup.create_if_missing = true;
    setup.compression = leveldb::kNoCompression;
    setup.write_buffer_size = kMemtableBytes;
    setup.block_cache = cache_.get();
    setup.filter_policy = filter_.get();
    leveldb::DB* db = nullptr;
    Check(leveldb::DB::Open(setup, path, &db));
    db_.reset(db);
  }

  void Write(const KeyedBatch& batch) override {
    leveldb::WriteBatch writes;
    for (size_t row = 0; row < batch.rows(); ++row) {
      writes.Put(SliceOf(batch.key(row)), SliceOf(batch.value(row)));
    }
    leveldb::WriteOptions how;
    how.sync = options_.durability == Durability::kSynced;
    Check(db_->Write(how, &writes));
  }

  // It has no shorter way.
  void Ingest(const std::vector<KeyedBatch>& batches) override {
    for (const KeyedBatch& batch : batches) Write(batch);
  }

  // It cannot be asked whether it rests: a compaction of everything is what ends for certain.
  void Settle() override { db_->CompactRange(nullptr, nullptr); }

  std::unique_ptr<KeyedReader> NewReader() override {
    return std::make_unique<Reader>(*db_, options_.shape);
  }

 private:
  const KeyedOptions options_;
  const std::unique_ptr<leveldb::Cache> cache_;
  const std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::DB> db_;  // goes before what it uses
};

}  // namespace

KeyedEngine LevelDbEngine() {
  return {"leveldb", base::StrCat(leveldb::kMajorVersion, ".", leveldb::kMinorVersion),
          [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
