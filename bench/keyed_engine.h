// A store of rows by key, as the keyed benchmarks see it: Ashlar and its peers alike.
//
// Owns: the verbs, what they promise to the disk, and which engines this build has. Does not own:
// workloads (keyed_workloads.h). Each engine stands in a file of its own, keyed_<name>.cc, which
// says how it is set up. Errors end the process: a figure after one means nothing.
#ifndef ASHLAR_BENCH_KEYED_ENGINE_H_
#define ASHLAR_BENCH_KEYED_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/keyed_rows.h"

namespace ashlar::bench {

// Bytes that an engine may cache in memory of its own; Ashlar and LMDB cache in the page cache.
inline constexpr size_t kEngineCacheBytes = size_t{2} << 30;
// What an engine with a memtable gathers before it writes a file; RocksDB's default.
inline constexpr size_t kMemtableBytes = size_t{64} << 20;

enum class Durability : uint8_t {
  kSynced,    // a write is on the disk when it returns
  kUnsynced,  // a write is in the engine's log or file, unless the system dies
};

struct KeyedOptions {
  RowShape shape = kWideRows;
  Durability durability = Durability::kUnsynced;
};

// For one thread. Reads the store as it was when the reader was made, or newer.
class KeyedReader {
 public:
  virtual ~KeyedReader() = default;
  // Adds the first word of the row (not of rows without words); false when there is no such row.
  [[nodiscard]] virtual bool GetNumber(std::string_view key, uint64_t* sum) = 0;
  // Adds every column but the key.
  [[nodiscard]] virtual bool GetRow(std::string_view key, uint64_t* sum) = 0;
  // GetNumber() of keys that stand one after the other; returns how many rows there are. One by
  // one where an engine has nothing better.
  [[nodiscard]] virtual size_t MultiGet(std::string_view keys, uint64_t* sum);
  // First words of up to `rows` rows from `first` on, in the order of keys; nothing where an engine
  // has no such reads.
  [[nodiscard]] virtual std::optional<uint64_t> Range(std::string_view first, size_t rows) = 0;
};

// Write() may be called on many threads. The directory is closed cleanly with the store.
class KeyedStore {
 public:
  virtual ~KeyedStore() = default;
  // One commit: the rows replace those with the same keys.
  virtual void Write(const KeyedBatch& batch) = 0;
  // A commit for each batch, with up to `in_flight` of them on their way at a time; false where an
  // engine has no such commits.
  virtual bool WriteAsync(std::span<const KeyedBatch> /*batches*/, size_t /*in_flight*/) {
    return false;
  }
  // Rows that ascend, into an empty store, by the engine's shortest way.
  virtual void Ingest(const std::vector<KeyedBatch>& batches) = 0;
  // Waits until everything is on the disk and nothing is left to be done in the background.
  virtual void Settle() = 0;
  [[nodiscard]] virtual std::unique_ptr<KeyedReader> NewReader() = 0;
};

struct KeyedEngine {
  std::string name;
  std::string version;  // of the library; empty: of this source
  // Opens or creates the store of a directory.
  std::function<std::unique_ptr<KeyedStore>(const std::string& path, const KeyedOptions& options)>
      open;
};

// Ashlar first, then the peers whose headers were found.
[[nodiscard]] std::vector<KeyedEngine> AllKeyedEngines();

[[nodiscard]] KeyedEngine AshlarEngine();
[[nodiscard]] KeyedEngine RocksDbEngine();
[[nodiscard]] KeyedEngine LevelDbEngine();
[[nodiscard]] KeyedEngine LmdbEngine();
[[nodiscard]] KeyedEngine SqliteEngine();

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_KEYED_ENGINE_H_
