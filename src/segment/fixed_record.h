// FixedRecord: a record whose values stand at fixed offsets (format.h), written and read by field.
//
// Owns: putting a value where its FixedField says and taking it back, so that encoder, decoder,
// dump and document cannot disagree about a place. Does not own: which fields there are.
#ifndef ASHLAR_SRC_SEGMENT_FIXED_RECORD_H_
#define ASHLAR_SRC_SEGMENT_FIXED_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/segment/format.h"

namespace ashlar::segment {

// The bytes of `field` in a record that is whole.
[[nodiscard]] inline std::span<const std::byte> FieldBytes(std::span<const std::byte> record,
                                                           const format::FixedField& field) {
  ASHLAR_CHECK(record.size() >= field.offset + field.size);
  return record.subspan(field.offset, field.size);
}

template <typename T>
[[nodiscard]] T ReadField(std::span<const std::byte> record, const format::FixedField& field) {
  ASHLAR_CHECK(field.size == sizeof(T));
  return base::LoadLittle<T>(FieldBytes(record, field).data());
}

// A field of 1, 4 or 8 bytes as a number.
[[nodiscard]] inline uint64_t ReadNumber(std::span<const std::byte> record,
                                         const format::FixedField& field) {
  ASHLAR_CHECK(field.size <= sizeof(uint64_t));
  uint64_t value = 0;
  std::memcpy(&value, FieldBytes(record, field).data(), field.size);
  return value;
}

[[nodiscard]] inline bool AllZero(std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

// A zeroed record of `Size` bytes being filled.
template <uint32_t Size>
class FixedRecord {
 public:
  void Put(const format::FixedField& field, uint64_t value) {
    ASHLAR_CHECK(field.size <= sizeof(value) && field.offset + field.size <= Size);
    ASHLAR_CHECK(field.size == sizeof(value) || value >> (field.size * 8) == 0);
    std::memcpy(bytes_.data() + field.offset, &value, field.size);
  }
  void PutBytes(const format::FixedField& field, std::span<const std::byte> value) {
    ASHLAR_CHECK(field.size == value.size() && field.offset + field.size <= Size);
    std::memcpy(bytes_.data() + field.offset, value.data(), value.size());
  }
  // Writes the checksum of all bytes before `field`.
  void Seal(const format::FixedField& field) {
    Put(field, base::Crc32c(std::span(bytes_).first(field.offset)));
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::array<std::byte, Size> bytes_{};
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_FIXED_RECORD_H_
