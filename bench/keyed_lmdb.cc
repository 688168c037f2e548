// LMDB as a keyed engine.
//
// Set up as it comes, with a large enough map; without syncing it is what LMDB calls MDB_NOSYNC.
// One process opens each environment once, as LMDB demands.
#include <lmdb.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "bench/keyed_engine.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

// Address space, not memory.
constexpr size_t kMapBytes = size_t{64} << 30;
constexpr mdb_mode_t kFileMode = 0600;

void Check(int error) {
  ASHLAR_CHECK_OK(error == MDB_SUCCESS ? absl::OkStatus()
                                       : absl::InternalError(mdb_strerror(error)));
}

MDB_val ValueOf(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // only read from
}
std::string_view BytesOf(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

class Reader final : public KeyedReader {
 public:
  Reader(MDB_env* env, MDB_dbi dbi, const RowShape& shape) : dbi_(dbi), shape_(shape) {
    Check(mdb_txn_begin(env, nullptr, MDB_RDONLY, &transaction_));
    Check(mdb_cursor_open(transaction_, dbi, &cursor_));
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() override {
    mdb_cursor_close(cursor_);
    mdb_txn_abort(transaction_);
  }

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    MDB_val value;
    if (!Get(key, &value)) return false;
    *sum += NumberOfValue(BytesOf(value));
    return true;
  }
  bool GetRow(std::string_view key, uint64_t* sum) override {
    MDB_val value;
    if (!Get(key, &value)) return false;
    *sum += SumOfValue(shape_, BytesOf(value));
    return true;
  }
  std::optional<uint64_t> Range(std::string_view first, size_t rows) override {
    uint64_t sum = 0;
    MDB_val key = ValueOf(first);
    MDB_val value;
    int error = mdb_cursor_get(cursor_, &key, &value, MDB_SET_RANGE);
    for (; error == MDB_SUCCESS && rows > 0; --rows) {
      sum += NumberOfValue(BytesOf(value));
      error = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT);
    }
    if (error != MDB_NOTFOUND) Check(error);
    return sum;
  }

 private:
  bool Get(std::string_view key, MDB_val* value) {
    MDB_val wanted = ValueOf(key);
    const int error = mdb_get(transaction_, dbi_, &wanted, value);
    if (error != MDB_NOTFOUND) Check(error);
    return error == MDB_SUCCESS;
  }

  const MDB_dbi dbi_;
  const RowShape shape_;
  MDB_txn* transaction_ = nullptr;
  MDB_cursor* cursor_ = nullptr;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options) : shape_(options.shape) {
    std::filesystem::create_directories(path);
    Check(mdb_env_create(&env_));
    Check(mdb_env_set_mapsize(env_, kMapBytes));
    const unsigned nosync = options.durability == Durability::kSynced ? 0 : MDB_NOSYNC;
    Check(mdb_env_open(env_, path.c_str(), MDB_NOTLS | nosync, kFileMode));
    MDB_txn* transaction = nullptr;
    Check(mdb_txn_begin(env_, nullptr, 0, &transaction));
    Check(mdb_dbi_open(transaction, nullptr, 0, &dbi_));
    Check(mdb_txn_commit(transaction));
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() override {
    Settle();
    mdb_env_close(env_);
  }

  void Write(const KeyedBatch& batch) override { Put(batch, 0); }
  void Ingest(const std::vector<KeyedBatch>& batches) override {
    for (const KeyedBatch& batch : batches) Put(batch, MDB_APPEND);
  }
  void Settle() override { Check(mdb_env_sync(env_, 1)); }
  std::unique_ptr<KeyedReader> NewReader() override {
    return std::make_unique<Reader>(env_, dbi_, shape_);
  }

 private:
  void Put(const KeyedBatch& batch, unsigned flags) {
    MDB_txn* transaction = nullptr;
    Check(mdb_txn_begin(env_, nullptr, 0, &transaction));
    for (size_t row = 0; row < batch.rows(); ++row) {
      MDB_val key = ValueOf(batch.key(row));
      MDB_val value = ValueOf(batch.value(row));
      Check(mdb_put(transaction, dbi_, &key, &value, flags));
    }
    Check(mdb_txn_commit(transaction));
  }

  const RowShape shape_;
  MDB_env* env_ = nullptr;
  MDB_dbi dbi_ = 0;
};

}  // namespace

KeyedEngine LmdbEngine() {
  return {"lmdb", base::StrCat(MDB_VERSION_MAJOR, ".", MDB_VERSION_MINOR, ".", MDB_VERSION_PATCH),
          [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
