// What the verbs of keyed datasets that look before they write are asked for and report.
//
// Owns: plain values. Does not own: the verbs (transaction.h).
#ifndef ASHLAR_MERGE_H_
#define ASHLAR_MERGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ashlar/key.h"

namespace ashlar {

// Keys that a report names; beyond it they are only counted.
inline constexpr size_t kMaxReportedKeys = 1000;

// What an insert or an update did.
struct KeyedWriteReport {
  uint64_t rows_written = 0;
  // Rows that were left out, by their keys: those that exist (insert), or that do not (update). The
  // first of them, in the order in which they came.
  std::vector<Key> skipped = {};
  uint64_t skipped_count = 0;
};

// What becomes of the rows of a source (DESIGN, "Merge").
enum class MergeStrategy : uint8_t {
  kInsert,       // rows with new keys; the others are reported. A key twice is an error
  kUpsert,       // all rows; of those with one key the last counts
  kUpdate,       // rows whose keys exist; the others are reported. Any subset of the columns
  kFullMerge,    // as upsert, and rows whose keys the source lacks are deleted
  kDeduplicate,  // the source first: of its rows with one key the first counts; then as upsert
};

// How segments that hold rows which the merge changes or deletes are dealt with. The rows that
// result are the same.
enum class RewriteMode : uint8_t {
  kDeferred,     // they stay, and deletion vectors say which rows are dead
  kIncremental,  // those that may hold an affected key are rewritten without dead rows
  kFull,         // all are rewritten
};

// kIncremental serves upsert and update; full merge and deduplicate take kDeferred or kFull; insert
// only adds segments whatever the mode.
struct MergeOptions {
  MergeStrategy strategy = MergeStrategy::kUpsert;
  RewriteMode rewrite = RewriteMode::kDeferred;
};

// What a merge did, in rows of the source, but for deletes.
struct MergeReport {
  uint64_t rows_inserted = 0;
  uint64_t rows_updated = 0;
  uint64_t rows_unchanged = 0;   // as they were stored already: not written
  uint64_t rows_superseded = 0;  // another row of the source with that key counts
  uint64_t rows_deleted = 0;
  uint64_t segments_rewritten = 0;  // old ones that were replaced
  // As in KeyedWriteReport.
  std::vector<Key> skipped = {};
  uint64_t skipped_count = 0;
};

// What a merge would do to each segment, judged by key ranges, key filters, zone maps and partition
// values, without reading a row of it: a segment that is affected may turn out not to be.
struct MergePlan {
  struct Segment {
    uint64_t id = 0;
    uint64_t rows = 0;  // live ones
    bool affected = false;
    std::string why;
  };
  MergeOptions options;
  uint64_t source_rows = 0;
  uint64_t memory_rows = 0;  // not flushed yet: the merge flushes them first
  std::vector<Segment> segments;

  [[nodiscard]] uint64_t affected() const;
  [[nodiscard]] std::string ToString() const;  // for people; a line a segment
};

}  // namespace ashlar

#endif  // ASHLAR_MERGE_H_
