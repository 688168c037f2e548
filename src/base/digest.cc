// BLAKE3 behind Digest: the only file that sees the library, whose state lives in the builder's
// opaque storage.
#include "src/base/digest.h"

#include <new>
#include <type_traits>

#include "blake3.h"
#include "src/base/strings.h"

namespace ashlar::base {
namespace {

static_assert(BLAKE3_OUT_LEN == sizeof(Digest));
static_assert(std::is_trivially_copyable_v<blake3_hasher>);

template <typename Storage>
blake3_hasher* HasherIn(Storage& storage) {
  static_assert(sizeof(blake3_hasher) <= sizeof(Storage) && alignof(blake3_hasher) <= 16);
  return std::launder(reinterpret_cast<blake3_hasher*>(storage.data()));
}

template <typename Storage>
const blake3_hasher* HasherIn(const Storage& storage) {
  return std::launder(reinterpret_cast<const blake3_hasher*>(storage.data()));
}

}  // namespace

std::string Digest::ToHex() const { return HexEncode(bytes); }

DigestBuilder::DigestBuilder() : state_{} { blake3_hasher_init(new (state_.data()) blake3_hasher); }

void DigestBuilder::Update(std::span<const std::byte> bytes) {
  blake3_hasher_update(HasherIn(state_), bytes.data(), bytes.size());
}

void DigestBuilder::UpdateU64(uint64_t value) {
  std::array<std::byte, sizeof(value)> bytes;
  StoreLittle<uint64_t>(bytes.data(), value);
  Update(bytes);
}

Digest DigestBuilder::Finish() const {
  Digest digest;
  blake3_hasher_finalize(HasherIn(state_), reinterpret_cast<uint8_t*>(digest.bytes.data()),
                         digest.bytes.size());
  return digest;
}

Digest DigestOf(std::span<const std::byte> bytes) {
  DigestBuilder builder;
  builder.Update(bytes);
  return builder.Finish();
}

}  // namespace ashlar::base
