// Options: plain structs with safe defaults. Presets before knobs.
#ifndef ASHLAR_OPTIONS_H_
#define ASHLAR_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/types.h"

namespace ashlar {

// Which versions stay readable besides the newest, tagged and pinned ones: those among the newest
// `count`, as long as they are no older than `age` (unlimited by default).
struct Retention {
  uint64_t count = 10;
  std::optional<std::chrono::microseconds> age = {};
};

enum class AccessMode : uint8_t {
  kReadWrite,  // the one writer process; others get Unavailable at once
  kReadOnly,   // any number of processes, beside a writer; sees the version that was newest at
               // Open() or Refresh()
};

enum class ReadPath : uint8_t {
  kMap,   // zero-copy from memory-mapped files
  kRead,  // copies through read(2): immune to SIGBUS when a device fails under a map
};

// When a small commit is acknowledged. Large ones are always durable by then.
struct Durability {
  enum class Kind : uint8_t {
    kSync,   // durable: it survives a crash
    kGroup,  // in order, and durable after `interval` at the latest
    kNone,   // in order, and durable at some time
  };
  Kind kind = Kind::kSync;
  std::chrono::nanoseconds interval{0};

  // What a crash loses of the relaxed ones is always a suffix of all commits.
  static const Durability kSync;
  static const Durability kNone;
  static constexpr Durability kGroup(std::chrono::nanoseconds interval);
};
inline constexpr Durability Durability::kSync{};
inline constexpr Durability Durability::kNone{Kind::kNone};
constexpr Durability Durability::kGroup(std::chrono::nanoseconds interval) {
  return {Kind::kGroup, interval};
}

struct CommitOptions {
  Durability durability = Durability::kSync;
};

struct StoreOptions {
  AccessMode mode = AccessMode::kReadWrite;
  bool create_if_missing = true;
  ReadPath read_path = ReadPath::kMap;
  // A transaction of appends, upserts and deletes with no more bytes than this, and no more than
  // 8,192 rows, is small: it is written to the commit log and kept in memory until it is flushed,
  // and makes no version of its own. Any other becomes segments and a version at once. 0: all do.
  uint64_t small_commit_bytes = uint64_t{1} << 20;
  // Rows in memory beyond this are flushed to segments in the background. At twice as much commits
  // are slowed, at four times they wait.
  uint64_t memtable_bytes = uint64_t{64} << 20;
  // Replaces the stored retention when given. Stored with the store.
  std::optional<Retention> retention = {};
  // Memory for key directories, which say where each key of a keyed dataset is: 9 to 13 bytes a
  // row, built as gets ask for them; one that does not fit is partial. 0: none; gets then search
  // the segments that filters let through, of many by 2 bytes a row. Answers are the same.
  uint64_t key_directory_bytes = uint64_t{1} << 30;
};

// How Replace cuts rows into segments; fixed at a dataset's first write.
struct BatchBoundaries {
  // 0: content-defined boundaries (an inserted row moves one or two of them). Otherwise every
  // segment has this many rows.
  uint32_t fixed_rows = 0;
};

// How a dataset's columns are stored. Equal rows are equal data in either form: digests do not
// differ, and segments of one kind refer to chunks of the other. Fixed when a dataset is created.
// Values reach disk: never renumber.
enum class Storage : uint8_t {
  kFast = 1,     // columns are viewed in place, without decoding
  kCompact = 2,  // in the fewest bytes: numbers packed into bits, the rest compressed
};

// Fixed when a dataset is created. Key and partition fields may be renamed, not dropped.
struct DatasetOptions {
  // Names of the key fields, in the order of comparison: top-level fields of integer, utf8, binary
  // or fixed_size_binary types, at most 16. A key has no null: nullable key fields become required.
  // Empty: an ordered dataset.
  std::vector<std::string> key = {};
  BatchBoundaries boundaries = {};
  Storage storage = Storage::kFast;
  // Of keyed datasets, with the types of keys, nullable or not, at most 16: no segment mixes values
  // of these fields, and merges and queries leave out segments by them.
  std::vector<std::string> partition_by = {};
  // Of keyed datasets: segments get a hash index of their keys, about 7 bytes a key, so that a get
  // that finds no directory in memory (right after opening, or when it is switched off) is fast.
  bool hash_index = false;
};

// How a dataset's schema evolves; applied in this order. Stored segments are not touched: rows
// written before a field was added read as null there, and fields keep their ids through renames.
struct SchemaChange {
  std::vector<std::string> drop = {};
  std::vector<std::pair<std::string, std::string>> rename = {};  // from, to
  std::vector<Field> add = {};                                   // nullable, ids 0
};

struct ReplaceOptions {
  // Rows to come, when the caller knows; sizes the segments at a dataset's first write.
  std::optional<uint64_t> rows_hint = {};
};

using TagAttributes = std::map<std::string, std::string>;

}  // namespace ashlar

#endif  // ASHLAR_OPTIONS_H_
