// SQLite as a keyed engine: a table without rowids, a column for each word.
//
// Set up with a write-ahead log and caches that hold everything. Writers share one connection, one
// at a time, as SQLite lets one write; each reader has a connection of its own.
#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "bench/keyed_engine.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

void Check(int code) {
  const bool good = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
  ASHLAR_CHECK_OK(good ? absl::OkStatus() : absl::InternalError(sqlite3_errstr(code)));
}

void Execute(sqlite3* db, const std::string& sql) {
  Check(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement Prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  Check(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr));
  return Statement(statement);
}

Database Open(const std::string& path) {
  sqlite3* db = nullptr;
  Check(sqlite3_open_v2(path.c_str(), &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr));
  Database opened(db);
  Execute(db, base::StrCat("PRAGMA journal_mode=WAL; PRAGMA cache_size=-", kEngineCacheBytes / 1024,
                           "; PRAGMA mmap_size=", kEngineCacheBytes));
  return opened;
}

// "w0, w1, ..., tail", each behind `before`.
std::string Columns(const RowShape& shape, const std::string& before, const std::string& type) {
  std::string text;
  for (size_t word = 0; word < shape.words; ++word) text += base::StrCat(before, "w", word, type);
  return text;
}

void BindBytes(sqlite3_stmt* statement, int place, std::string_view bytes) {
  Check(sqlite3_bind_blob(statement, place, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC));
}

class Reader final : public KeyedReader {
 public:
  Reader(const std::string& path, const RowShape& shape)
      : shape_(shape),
        db_(Open(path)),
        number_(Prepare(db_.get(), base::StrCat("SELECT ", First(), " FROM rows WHERE key = ?"))),
        row_(Prepare(db_.get(), base::StrCat("SELECT tail", Columns(shape, ", ", ""),
                                             " FROM rows WHERE key = ?"))),
        range_(Prepare(db_.get(), base::StrCat("SELECT ", First(),
                                               " FROM rows WHERE key >= ? ORDER BY key LIMIT ?"))) {
  }

  bool GetNumber(std::string_view key, uint64_t* sum) override {
    BindBytes(number_.get(), 1, key);
    const bool found = Step(number_.get());
    if (found) *sum += Word(number_.get(), 0);
    Check(sqlite3_reset(number_.get()));
    return found;
  }

  bool GetRow(std::string_view key, uint64_t* sum) override {
    sqlite3_stmt* const row = row_.get();
    BindBytes(row, 1, key);
    const bool found = Step(row);
    if (found) {
      for (size_t word = 0; word < shape_.words; ++word) *sum += Word(row, 1 + word);
      const auto* const tail = static_cast<const char*>(sqlite3_column_blob(row, 0));
      *sum += SumOfBytes({tail, static_cast<size_t>(sqlite3_column_bytes(row, 0))});
    }
    Check(sqlite3_reset(row));
    return found;
  }

  std::optional<uint64_t> Range(std::string_view first, size_t rows) override {
    uint64_t sum = 0;
    BindBytes(range_.get(), 1, first);
    Check(sqlite3_bind_int64(range_.get(), 2, static_cast<sqlite3_int64>(rows)));
    while (Step(range_.get())) sum += Word(range_.get(), 0);
    Check(sqlite3_reset(range_.get()));
    return sum;
  }

 private:
  [[nodiscard]] std::string First() const { return shape_.words > 0 ? "w0" : "tail"; }
  static bool Step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    Check(code);
    return code == SQLITE_ROW;
  }
  static uint64_t Word(sqlite3_stmt* statement, size_t column) {
    return static_cast<uint64_t>(sqlite3_column_int64(statement, static_cast<int>(column)));
  }

  const RowShape shape_;
  const Database db_;
  const Statement number_;
  const Statement row_;
  const Statement range_;
};

class Engine final : public KeyedStore {
 public:
  Engine(const std::string& path, const KeyedOptions& options)
      : path_(path), options_(options), shape_(options.shape), db_(Open(path)) {
    SetSynced(options_.durability == Durability::kSynced);
    Execute(db_.get(), base::StrCat("CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY",
                                    Columns(shape_, ", ", " INTEGER NOT NULL"),
                                    ", tail BLOB NOT NULL) WITHOUT ROWID"));
    begin_ = Prepare(db_.get(), "BEGIN IMMEDIATE");
    commit_ = Prepare(db_.get(), "COMMIT");
    std::string places;
    for (size_t i = 0; i < shape_.words + 1; ++i) places += ", ?";
    insert_ =
        Prepare(db_.get(), base::StrCat("INSERT OR REPLACE INTO rows VALUES (?", places, ")"));
  }
  void Write(const KeyedBatch& batch) override {
    const base::MutexLock lock(mutex_);
    Run(begin_.get());
    for (size_t row = 0; row < batch.rows(); ++row) Insert(batch.key(row), batch.value(row));
    Run(commit_.get());
  }

  void Ingest(const std::vector<KeyedBatch>& batches) override {
    for (const KeyedBatch& batch : batches) Write(batch);
  }

  // A checkpoint syncs only where commits do.
  void Settle() override {
    SetSynced(true);
    Execute(db_.get(), "PRAGMA wal_checkpoint(TRUNCATE)");
    SetSynced(options_.durability == Durability::kSynced);
  }

  std::unique_ptr<KeyedReader> NewReader() override {
    return std::make_unique<Reader>(path_, shape_);
  }

 private:
  void SetSynced(bool synced) {
    Execute(db_.get(), synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
  }
  static void Run(sqlite3_stmt* statement) {
    Check(sqlite3_step(statement));
    Check(sqlite3_reset(statement));
  }

  void Insert(std::string_view key, std::string_view value) {
    int place = 1;
    BindBytes(insert_.get(), place++, key);
    for (size_t word = 0; word < shape_.words; ++word) {
      const uint64_t number = NumberOfValue(value.substr(word * sizeof(uint64_t)));
      Check(sqlite3_bind_int64(insert_.get(), place++, static_cast<sqlite3_int64>(number)));
    }
    BindBytes(insert_.get(), place, value.substr(shape_.words * sizeof(uint64_t)));
    Run(insert_.get());
  }

  const std::string path_;
  const KeyedOptions options_;
  const RowShape shape_;
  base::Mutex mutex_;  // one writer at a time
  const Database db_;  // goes after its statements
  Statement begin_;
  Statement commit_;
  Statement insert_;
};

}  // namespace

KeyedEngine SqliteEngine() {
  return {"sqlite", sqlite3_libversion(), [](const std::string& path, const KeyedOptions& options) {
            return std::make_unique<Engine>(path, options);
          }};
}

}  // namespace ashlar::bench
