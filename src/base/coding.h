// ByteWriter and ByteReader: little-endian values, canonical varints, strings and digests in order.
//
// Owns: how small metadata becomes bytes and comes back, and the refusal of hostile bytes. Not:
// what the values mean, nor checksums. Reading is sticky: after the first failure every read gives
// zero or nothing, so a decoder reads all its fields and asks once, with Finish().
#ifndef ASHLAR_SRC_BASE_CODING_H_
#define ASHLAR_SRC_BASE_CODING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "src/base/bytes.h"
#include "src/base/digest.h"

namespace ashlar::base {

class ByteWriter {
 public:
  void PutU8(uint8_t value) { PutFixed<uint8_t>(value); }
  void PutU16(uint16_t value) { PutFixed<uint16_t>(value); }
  void PutU32(uint32_t value) { PutFixed<uint32_t>(value); }
  void PutU64(uint64_t value) { PutFixed<uint64_t>(value); }
  void PutI64(int64_t value) { PutFixed<int64_t>(value); }
  // Seven bits a byte, low bits first: one to ten bytes.
  void PutVarint64(uint64_t value);
  void PutBytes(std::span<const std::byte> bytes) { bytes_ += AsStringView(bytes); }
  // The length as a varint, then the bytes.
  void PutString(std::string_view text);
  void PutDigest(const Digest& digest) { PutBytes(digest.bytes); }
  // Zeros up to the next multiple of `alignment`, a power of two.
  void Pad(size_t alignment);

  // Room for `more` bytes behind what is there, so that large values are copied once.
  void Reserve(size_t more) { bytes_.reserve(bytes_.size() + more); }

  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return AsBytes(bytes_); }
  [[nodiscard]] std::string Take() { return std::exchange(bytes_, {}); }

 private:
  template <typename T>
  void PutFixed(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }

  std::string bytes_;
};

// Reads what ByteWriter wrote. The bytes must outlive the reader and every view taken from it.
class ByteReader {
 public:
  // `context` names the bytes in messages, for example "MANIFEST-7"; `base_offset` is where they
  // begin in it.
  ByteReader(std::span<const std::byte> bytes, std::string_view context, uint64_t base_offset = 0)
      : bytes_(bytes), context_(context), base_offset_(base_offset) {}

  [[nodiscard]] uint8_t ReadU8() { return ReadFixed<uint8_t>(); }
  [[nodiscard]] uint16_t ReadU16() { return ReadFixed<uint16_t>(); }
  [[nodiscard]] uint32_t ReadU32() { return ReadFixed<uint32_t>(); }
  [[nodiscard]] uint64_t ReadU64() { return ReadFixed<uint64_t>(); }
  [[nodiscard]] int64_t ReadI64() { return ReadFixed<int64_t>(); }
  // Only the shortest form is accepted, so that equal values are equal bytes.
  [[nodiscard]] uint64_t ReadVarint64();
  // A number of things that each take at least `min_bytes_each` (> 0) of the bytes that remain:
  // whatever it is, memory for that many things is in proportion to the input.
  [[nodiscard]] uint64_t ReadCount(uint64_t max, uint64_t min_bytes_each);
  // Exactly `size` bytes, or none.
  [[nodiscard]] std::span<const std::byte> ReadBytes(uint64_t size);
  [[nodiscard]] std::string_view ReadString(uint64_t max_bytes);
  [[nodiscard]] Digest ReadDigest();
  // What Pad() wrote, counted from the beginning of the bytes; anything but zeros is a failure.
  void SkipPadding(size_t alignment);

  // For what only the caller can judge, for example an unknown type. The first failure is kept.
  void Fail(std::string_view what);

  [[nodiscard]] bool ok() const { return failure_.empty(); }
  [[nodiscard]] size_t remaining() const { return bytes_.size() - position_; }
  // In the context: base_offset at the beginning.
  [[nodiscard]] uint64_t offset() const { return base_offset_ + position_; }

  // DataLoss "context: what at offset N" when a read has failed.
  [[nodiscard]] absl::Status status() const;
  // The same, and also DataLoss when bytes remain.
  [[nodiscard]] absl::Status Finish();

 private:
  template <typename T>
  T ReadFixed() {
    const std::span<const std::byte> bytes = ReadBytes(sizeof(T));
    return bytes.empty() ? T{0} : LoadLittle<T>(bytes.data());
  }

  std::span<const std::byte> bytes_;
  std::string context_;
  uint64_t base_offset_;
  size_t position_ = 0;
  std::string failure_;
};

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_CODING_H_
