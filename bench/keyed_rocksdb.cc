// RocksDB as a keyed engine.
//
// Set up as its users do for rows that do not compress and fit into memory: no compression, 10-bit
// Bloom filters, a block cache that holds everything; all else as it comes.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/version.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/keyed_engine.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr int kFilterBits = 10;
constexpr int kPollMicroseconds = 2'000;

void Check(const rocksdb::Status& status) {
  ASHLAR_CHECK_OK(status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString()));
}

rocksdb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view BytesOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::Options Setup() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kEngineCacheBytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBits));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = kMemtableBytes;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

class Reader final : public KeyedReader {
 public:
  Reader(rocksdb::DB& db, const RowShape& shape) : db_(db), shape_(shape) {}

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    if (!Get(key)) return false;
    *sum += NumberOfValue(BytesOf(value_));
    return true;
  }
  bool GetRow(std::string_view key, uint64_t* sum) override {
    if (!Get(key)) return false;
    *sum += SumOfValue(shape_, BytesOf(value_));
    return true;
  }

  size_t MultiGet(std::string_view keys, uint64_t* sum) override {
    const size_t count = keys.size() / kKeyBytes;
    slices_.clear();
    for (size_t i = 0; i < count; ++i) {
      slices_.push_back(SliceOf(keys.substr(i * kKeyBytes, kKeyBytes)));
    }
    values_.resize(count);
    statuses_.resize(count);
    db_.MultiGet({}, db_.DefaultColumnFamily(), count, slices_.data(), values_.data(),
                 statuses_.data());
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
      if (statuses_[i].IsNotFound()) continue;
      Check(statuses_[i]);
      *sum += NumberOfValue(BytesOf(values_[i]));
      values_[i].Reset();
      ++found;
    }
    return found;
  }

  std::optional<uint64_t> Range(std::string_view first, size_t rows) override {
    uint64_t sum = 0;
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator({}));
    for (at->Seek(SliceOf(first)); at->Valid() && rows > 0; at->Next(), --rows) {
      sum += NumberOfValue(BytesOf(at->value()));
    }
    Check(at->status());
    return sum;
  }

 private:
  bool Get(std::string_view key) {
    value_.Reset();
    const rocksdb::Status status = db_.Get({}, db_.DefaultColumnFamily(), SliceOf(key), &value_);
    if (!status.IsNotFound()) Check(status);
    return status.ok();
  }

  rocksdb::DB& db_;
  const RowShape shape_;
  rocksdb::PinnableSlice value_;
  std::vector<rocksdb::Slice> slices_;
  std::vector<rocksdb::PinnableSlice> values_;
  std::vector<rocksdb::Status> statuses_;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options)
      : path_(path), options_(options), setup_(Setup()) {
    rocksdb::DB* db = nullptr;
    Check(rocksdb::DB::Open(setup_, path, &db));
    db_.reset(db);
  }
  ~Engine() override { Check(db_->Close()); }

  void Write(const KeyedBatch& batch) override {
    rocksdb::WriteBatch writes(batch.rows() * (options_.shape.row_bytes() + 4));
    for (size_t row = 0; row < batch.rows(); ++row) {
      Check(writes.Put(SliceOf(batch.key(row)), SliceOf(batch.value(row))));
    }
    rocksdb::WriteOptions how;
    how.sync = options_.durability == Durability::kSynced;
    Check(db_->Write(how, &writes));
  }

  // Writes a table file and moves it in.
  void Ingest(const std::vector<KeyedBatch>& batches) override {
    const std::string file = base::StrCat(path_, ".sst");
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), setup_);
    Check(writer.Open(file));
    for (const KeyedBatch& batch : batches) {
      for (size_t row = 0; row < batch.rows(); ++row) {
        Check(writer.Put(SliceOf(batch.key(row)), SliceOf(batch.value(row))));
      }
    }
    Check(writer.Finish());
    rocksdb::IngestExternalFileOptions how;
    how.move_files = true;
    Check(db_->IngestExternalFile({file}, how));
  }

  // There is no call to wait with.
  void Settle() override {
    Check(db_->Flush({}));
    while (IsBusy("rocksdb.compaction-pending") || IsBusy("rocksdb.num-running-compactions")) {
      rocksdb::Env::Default()->SleepForMicroseconds(kPollMicroseconds);
    }
  }

  std::unique_ptr<KeyedReader> NewReader() override {
    return std::make_unique<Reader>(*db_, options_.shape);
  }

 private:
  bool IsBusy(const std::string& property) {
    uint64_t value = 0;
    ASHLAR_CHECK(db_->GetIntProperty(property, &value));
    return value > 0;
  }

  const std::string path_;
  const KeyedOptions options_;
  const rocksdb::Options setup_;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

KeyedEngine RocksDbEngine() {
  return {"rocksdb", rocksdb::GetRocksVersionAsString(),
          [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
