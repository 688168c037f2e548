// SegmentKeys: what searching the keys of one segment takes, opened and proven.
//
// Owns: the key sections beside the columns of the key, for as long as anybody searches. Does not
// own: which segments a dataset has, nor which of their rows are alive (dataset_keys.h).
#ifndef ASHLAR_SRC_STORE_SEGMENT_KEYS_H_
#define ASHLAR_SRC_STORE_SEGMENT_KEYS_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/columnar/row_key_reader.h"
#include "src/segment/key_lookup.h"
#include "src/segment/segment_reader.h"

namespace ashlar::store {

// Immutable, safe on any thread.
class SegmentKeys {
 public:
  // DataLoss as SegmentReader and KeyLookup say; key columns with nulls are DataLoss too.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const SegmentKeys>> Open(
      const std::shared_ptr<segment::SegmentFile>& file, const segment::SegmentReader& reader,
      const std::vector<Field>& key_fields);

  [[nodiscard]] const segment::KeyLookup& lookup() const { return lookup_; }
  [[nodiscard]] const columnar::RowKeyReader& columns() const { return columns_; }

  // The first row whose key is not before `key`; the number of rows when all are.
  [[nodiscard]] uint64_t LowerBound(std::string_view key, uint64_t prefix) const {
    return lookup_.LowerBound(prefix, [&](uint32_t row) { return columns_.Compare(row, key); });
  }

 private:
  SegmentKeys(segment::KeyLookup lookup, columnar::RowKeyReader columns)
      : lookup_(std::move(lookup)), columns_(std::move(columns)) {}

  const segment::KeyLookup lookup_;
  const columnar::RowKeyReader columns_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_KEYS_H_
