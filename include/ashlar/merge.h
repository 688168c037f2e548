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

}  // namespace ashlar

#endif  // ASHLAR_MERGE_H_
