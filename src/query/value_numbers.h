// ValueNumbers: the distinct values of one scalar expression, numbered by first appearance.
//
// Owns: when two values are one (NaN equals NaN, -0.0 equals 0.0, null equals null), copies of the
// values, and giving them back as a column. Does not own: reading them (key_column.h).
#ifndef ASHLAR_SRC_QUERY_VALUE_NUMBERS_H_
#define ASHLAR_SRC_QUERY_VALUE_NUMBERS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/query/byte_ids.h"
#include "src/query/memory_meter.h"
#include "src/query/selected_rows.h"
#include "src/query/vector.h"
#include "src/query/word_ids.h"

namespace ashlar::query {

class ValueNumbers {
 public:
  ValueNumbers(const DataType& type, MemoryMeter* meter);

  [[nodiscard]] size_t size() const { return is_bytes() ? bytes_.size() : words_.size(); }
  // kUnknownId while there was no null.
  [[nodiscard]] uint32_t null_number() const { return null_number_; }

  // Room for `more` new values; what follows needs it.
  [[nodiscard]] absl::Status Reserve(size_t more);
  [[nodiscard]] uint32_t OfNull();
  [[nodiscard]] uint32_t OfRow(const Column& column, int64_t row);
  // `vector` has the values of the zone.
  void OfVector(const Vector& vector, SelectedRows& rows, RowNumbers* numbers);
  // Not ok once the bytes of a string did not fit: then numbers given out are wrong.
  [[nodiscard]] const absl::Status& status() const { return bytes_.status(); }

  // Takes over the values of `other`, in their order: (*map)[its number] is the one here.
  [[nodiscard]] absl::Status Absorb(const ValueNumbers& other, MeteredArray<uint32_t>* map);
  [[nodiscard]] absl::Status Append(uint32_t number, ColumnBuilder* builder) const;

 private:
  [[nodiscard]] bool is_bytes() const { return physical_ == Physical::kBytes; }
  void OfWords(const uint64_t* words, const Vector& vector, SelectedRows& rows,
               RowNumbers* numbers);
  [[nodiscard]] uint64_t WordAt(const Vector& vector, int64_t row) const;

  const DataType type_;
  const Physical physical_;
  uint32_t null_number_ = kUnknownId;
  WordIds words_;  // one of the two stays empty
  ByteIds bytes_;
};

// The bits of a double such that equal values have equal bits.
[[nodiscard]] uint64_t NormalisedBits(double value);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_VALUE_NUMBERS_H_
