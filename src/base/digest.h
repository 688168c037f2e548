// Digest: BLAKE3-256, the name of content.
//
// Owns: computing and comparing digests. Not: what is digested; canonical bytes are made by the
// layers above. The library's state is opaque here, so that nobody else includes its header.
#ifndef ASHLAR_SRC_BASE_DIGEST_H_
#define ASHLAR_SRC_BASE_DIGEST_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "src/base/bytes.h"

namespace ashlar::base {

struct Digest {
  std::array<std::byte, 32> bytes{};

  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;

  // 64 lower-case digits.
  [[nodiscard]] std::string ToHex() const;

  // Its first bytes are as good a hash as any.
  template <typename H>
  friend H AbslHashValue(H state, const Digest& digest) {
    return H::combine(std::move(state), LoadLittle<uint64_t>(digest.bytes.data()));
  }
};

// Digests bytes given in any number of pieces. One thread at a time; a copy goes on by itself.
class DigestBuilder {
 public:
  DigestBuilder();

  void Update(std::span<const std::byte> bytes);
  // As eight little-endian bytes.
  void UpdateU64(uint64_t value);
  // The digest of all so far; more may follow.
  [[nodiscard]] Digest Finish() const;

 private:
  alignas(16) std::array<std::byte, 1920> state_;
};

[[nodiscard]] Digest DigestOf(std::span<const std::byte> bytes);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_DIGEST_H_
