// RowKeyReader: the encoded key of single rows, read from the columns that hold it.
//
// Owns: comparing a row's key with encoded bytes without encoding it first, where the key is one
// integer or one string, and encoding it where it is not. Does not own: encoding whole columns
// (key_codec.h), nor finding rows. Searches end here: the rows that an index names are compared.
#ifndef ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_
#define ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/column.h"
#include "src/base/bytes.h"
#include "src/base/check.h"

namespace ashlar::columnar {

// Keeps the columns alive. Immutable, safe on any thread.
class RowKeyReader {
 public:
  RowKeyReader() = default;
  // One column a key field, in key order: of key types, equally long, without nulls (checked).
  explicit RowKeyReader(std::vector<Column> columns);

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] int64_t rows() const { return rows_; }
  // `row` is in [0, rows()) in all these.
  //
  // How the encoded key of the row stands to `key`.
  [[nodiscard]] std::strong_ordering Compare(int64_t row, std::string_view key) const;
  // Whether it is `key`.
  [[nodiscard]] bool Equals(int64_t row, std::string_view key) const {
    ASHLAR_CHECK(row >= 0 && row < rows_);
    if (plain_ == nullptr || key.size() != width_) return Compare(row, key) == 0;
    const std::byte* const at = plain_ + static_cast<size_t>(row) * width_;
    if (width_ == sizeof(uint64_t)) {
      // Integers are compared as they are stored.
      const auto word = base::LoadLittle<uint64_t>(base::AsBytes(key).data());
      return base::LoadLittle<uint64_t>(at) ==
             (shape_ == Shape::kInteger ? __builtin_bswap64(word) ^ flip_ : word);
    }
    if (width_ == 2 * sizeof(uint64_t)) {  // without a call: the processor looks further ahead
      const std::byte* const other = base::AsBytes(key).data();
      return ((base::LoadLittle<uint64_t>(at) ^ base::LoadLittle<uint64_t>(other)) |
              (base::LoadLittle<uint64_t>(at + 8) ^ base::LoadLittle<uint64_t>(other + 8))) == 0;
    }
    return std::memcmp(at, key.data(), width_) == 0;
  }
  void Append(int64_t row, std::string* encoded) const;
  // The values of the key, of one fixed width, side by side; null where they are stored otherwise,
  // or where the key is an integer of less than 64 bits.
  [[nodiscard]] const std::byte* plain() const { return plain_; }
  // Asks for the memory that Compare() will read.
  void Prefetch(int64_t row) const {
    if (plain_ == nullptr) return PrefetchAll(row);
    __builtin_prefetch(plain_ + static_cast<size_t>(row) * width_);
  }

 private:
  enum class Shape : uint8_t { kInteger, kBytes, kGeneral };

  void PrefetchAll(int64_t row) const;

  std::vector<Column> columns_;
  int64_t rows_ = 0;
  Shape shape_ = Shape::kGeneral;
  // Where Equals() need not ask for the form of the keys: plain values of this many bytes.
  size_t width_ = 0;
  uint64_t flip_ = 0;  // the sign bit of signed integers
  const std::byte* plain_ = nullptr;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ROW_KEY_READER_H_
