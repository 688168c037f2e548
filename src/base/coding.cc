// Varints, strings and the bounds checks of ByteReader. Every size that came from the bytes is
// compared with what remains before it is used.
#include "src/base/coding.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::base {

void ByteWriter::PutVarint64(uint64_t value) {
  while (value >= 0x80) {
    bytes_ += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes_ += static_cast<char>(value);
}

void ByteWriter::PutString(std::string_view text) {
  PutVarint64(text.size());
  bytes_ += text;
}

void ByteWriter::Pad(size_t alignment) { bytes_.resize(AlignUp(bytes_.size(), alignment), '\0'); }

uint64_t ByteReader::ReadVarint64() {
  constexpr int kMaxShift = 63;
  const size_t start = position_;
  uint64_t value = 0;
  for (int shift = 0; shift <= kMaxShift; shift += 7) {
    const uint64_t byte = ReadU8();
    if (!ok()) return 0;
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    const bool overlong = byte == 0 && shift > 0;
    const bool overflow = shift == kMaxShift && byte > 1;
    if (!overlong && !overflow) return value;
    break;
  }
  position_ = start;
  Fail("malformed varint");
  return 0;
}

uint64_t ByteReader::ReadCount(uint64_t max, uint64_t min_bytes_each) {
  ASHLAR_CHECK(min_bytes_each > 0);
  const size_t start = position_;
  const uint64_t count = ReadVarint64();
  if (count <= std::min<uint64_t>(max, remaining() / min_bytes_each)) return count;
  position_ = start;
  Fail(StrCat("count ", count, " is too large"));
  return 0;
}

std::span<const std::byte> ByteReader::ReadBytes(uint64_t size) {
  if (!ok()) return {};
  if (size > remaining()) {
    Fail(StrCat("needs ", size, " bytes, has ", remaining(), ","));
    return {};
  }
  const std::span<const std::byte> bytes = bytes_.subspan(position_, size);
  position_ += size;
  return bytes;
}

std::string_view ByteReader::ReadString(uint64_t max_bytes) {
  const size_t start = position_;
  const uint64_t size = ReadVarint64();
  if (size <= std::min<uint64_t>(max_bytes, remaining())) return AsStringView(ReadBytes(size));
  position_ = start;
  Fail(StrCat("string of ", size, " bytes is too long"));
  return {};
}

Digest ByteReader::ReadDigest() {
  Digest digest;
  const std::span<const std::byte> bytes = ReadBytes(digest.bytes.size());
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

void ByteReader::SkipPadding(size_t alignment) {
  const uint64_t padding = AlignUp(position_, alignment) - position_;
  const size_t start = position_;
  const std::span<const std::byte> bytes = ReadBytes(padding);
  const auto bad =
      std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; });
  if (bad == bytes.end()) return;
  position_ = start + static_cast<size_t>(bad - bytes.begin());
  Fail("padding is not zero");
}

void ByteReader::Fail(std::string_view what) {
  if (ok()) failure_ = StrCat(context_, ": ", what, " at offset ", offset());
}

absl::Status ByteReader::status() const {
  return ok() ? absl::OkStatus() : absl::DataLossError(failure_);
}

absl::Status ByteReader::Finish() {
  if (remaining() > 0) Fail(StrCat(remaining(), " bytes too many"));
  return status();
}

}  // namespace ashlar::base
