// RowKeyReader: the encoded key of single rows, read from the columns that hold it.
//
// Owns: comparing a row's key with encoded bytes without encoding it first, where the key is one
// integer or one string, and encoding it where it is not. Does not own: encoding whole columns
// (key_codec.h), nor finding rows. Searches end here: the rows that an index names are compared.
#ifndef ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_
#define ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/column.h"

namespace ashlar::columnar {

// Keeps the columns alive. Immutable, safe on any thread.
class RowKeyReader {
 public:
  RowKeyReader() = default;
  // One column a key field, in key order: of key types, equally long, without nulls (checked).
  explicit RowKeyReader(std::vector<Column> columns);

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] int64_t rows() const { return columns_.empty() ? 0 : columns_[0].length(); }
  // `row` is in [0, rows()) in all these.
  //
  // How the encoded key of the row stands to `key`.
  [[nodiscard]] std::strong_ordering Compare(int64_t row, std::string_view key) const;
  void Append(int64_t row, std::string* encoded) const;
  // Asks for the memory that Compare() will read.
  void Prefetch(int64_t row) const;

 private:
  enum class Shape : uint8_t { kInteger, kBytes, kGeneral };

  std::vector<Column> columns_;
  Shape shape_ = Shape::kGeneral;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_
