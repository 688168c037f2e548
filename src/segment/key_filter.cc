// Building key filters, and probing many keys at once; see the header. A batch asks for all its
// blocks before it reads the first one, then tests a block with one or a few vectors.
#include "src/segment/key_filter.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/segment/key_filter.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::segment::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Bit i of the answer: whether the block of hash i has all its bits. A word's place is shifted down
// to the lane of the word; the shifts that a lane needs are multiples of six.
uint64_t ProbeBlocks(const std::byte* const* blocks, const uint64_t* hashes, size_t count) {
  const hn::CappedTag<uint64_t, format::filter::kWords> d;
  const size_t lanes = hn::Lanes(d);
  const auto step = hn::Set(d, lanes * KeyFilter::kPlaceBits);
  HWY_ALIGN uint64_t first[format::filter::kWords];
  for (size_t lane = 0; lane < lanes; ++lane) first[lane] = lane * KeyFilter::kPlaceBits;
  const auto first_shift = hn::Load(d, first);
  const auto mask = hn::Set(d, KeyFilter::kPlaceMask);
  const auto one = hn::Set(d, uint64_t{1});
  uint64_t answer = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto places = hn::Set(d, KeyFilter::Places(hashes[i]));
    auto shift = first_shift;
    auto missing = hn::Zero(d);
    for (size_t word = 0; word < format::filter::kWords; word += lanes) {
      // Blocks lie at multiples of 64 in the file, but the scalar target would trust the pointer.
#if HWY_TARGET == HWY_SCALAR
      const auto bits = hn::Set(d, base::LoadLittle<uint64_t>(blocks[i] + word * sizeof(uint64_t)));
#else
      const auto bits = hn::LoadU(d, reinterpret_cast<const uint64_t*>(blocks[i]) + word);
#endif
      const auto wanted = hn::Shl(one, hn::And(hn::Shr(places, shift), mask));
      missing = hn::Or(missing, hn::AndNot(bits, wanted));
      shift = hn::Add(shift, step);
    }
    const bool has_all = hn::AllTrue(d, hn::Eq(missing, hn::Zero(d)));
    answer |= uint64_t{has_all} << i;
  }
  return answer;
}

}  // namespace ashlar::segment::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::segment {

HWY_EXPORT(ProbeBlocks);

static_assert(KeyFilter::kPlaceBits * format::filter::kWords + 16 == 64);
static_assert(format::filter::kWords * sizeof(uint64_t) == format::filter::kBlockBytes);

uint64_t KeyFilterBytes(uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && rows <= base::kMaxSegmentRows);
  constexpr uint64_t kBlockBits = uint64_t{format::filter::kBlockBytes} * 8;
  const uint64_t blocks = (rows * format::filter::kBitsAKey + kBlockBits - 1) / kBlockBits;
  return blocks * format::filter::kBlockBytes;
}

std::string BuildKeyFilter(std::span<const uint64_t> hashes) {
  std::string bytes(KeyFilterBytes(hashes.size()), '\0');
  auto* const begin = reinterpret_cast<std::byte*>(bytes.data());
  const uint64_t blocks = bytes.size() / format::filter::kBlockBytes;
  for (const uint64_t hash : hashes) {
    std::byte* at = begin + KeyFilter::BlockOf(hash, blocks) * format::filter::kBlockBytes;
    uint64_t places = KeyFilter::Places(hash);
    for (uint32_t word = 0; word < format::filter::kWords; ++word) {
      const uint64_t bit = uint64_t{1} << (places & KeyFilter::kPlaceMask);
      base::StoreLittle<uint64_t>(at, base::LoadLittle<uint64_t>(at) | bit);
      places >>= KeyFilter::kPlaceBits;
      at += sizeof(uint64_t);
    }
  }
  return bytes;
}

absl::StatusOr<KeyFilter> KeyFilter::Make(std::span<const std::byte> bytes, uint64_t rows) {
  if (rows == 0 || bytes.size() != KeyFilterBytes(rows)) {
    return absl::DataLossError(
        base::StrCat("a key filter of ", bytes.size(), " bytes is not one of ", rows, " rows"));
  }
  return KeyFilter(bytes.data(), bytes.size() / format::filter::kBlockBytes);
}

uint64_t KeyFilter::MayContainEach(std::span<const uint64_t> hashes) const {
  ASHLAR_CHECK(hashes.size() <= kMaxBatch);
  const std::byte* blocks[kMaxBatch];
  for (size_t i = 0; i < hashes.size(); ++i) {
    blocks[i] = Block(hashes[i]);
    __builtin_prefetch(blocks[i]);
  }
  return ProbeEach(std::span(blocks).first(hashes.size()), hashes);
}

uint64_t KeyFilter::ProbeEach(std::span<const std::byte* const> blocks,
                              std::span<const uint64_t> hashes) {
  ASHLAR_CHECK(blocks.size() == hashes.size() && hashes.size() <= kMaxBatch);
  return HWY_DYNAMIC_DISPATCH(ProbeBlocks)(blocks.data(), hashes.data(), hashes.size());
}

}  // namespace ashlar::segment
#endif  // HWY_ONCE
