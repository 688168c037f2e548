// CRC32C by ISA-L, which picks its instructions at run time.
#include "src/base/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace ashlar::base {

uint32_t Crc32c(std::span<const std::byte> bytes) { return Crc32cExtend(0, bytes); }

uint32_t Crc32cExtend(uint32_t crc, std::span<const std::byte> bytes) {
  // The library counts in int: longer ranges go in pieces.
  constexpr size_t kMaxPiece = size_t{1} << 30;
  uint32_t state = ~crc;
  while (!bytes.empty()) {
    const size_t piece = std::min(bytes.size(), kMaxPiece);
    // Its prototype lacks a const; it only reads.
    auto* data = const_cast<std::byte*>(bytes.data());
    state = crc32_iscsi(reinterpret_cast<unsigned char*>(data), static_cast<int>(piece), state);
    bytes = bytes.subspan(piece);
  }
  return ~state;
}

}  // namespace ashlar::base
