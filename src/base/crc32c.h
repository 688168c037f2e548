// CRC32C (Castagnoli), the checksum of pages and records.
//
// Owns: the computation. Not: where a checksum is stored and what it covers. It catches damage, not
// malice; content is named by digests.
#ifndef ASHLAR_SRC_BASE_CRC32C_H_
#define ASHLAR_SRC_BASE_CRC32C_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace ashlar::base {

[[nodiscard]] uint32_t Crc32c(std::span<const std::byte> bytes);

// The checksum of A followed by B, from crc = Crc32c(A) and B. Crc32c of nothing is 0.
[[nodiscard]] uint32_t Crc32cExtend(uint32_t crc, std::span<const std::byte> bytes);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_CRC32C_H_
