// Building and proving buckets; see the header. Rows are placed in their order, so equal hashes
// give equal bytes.
#include "src/segment/key_hash_index.h"

#include <vector>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar::segment {
namespace {

namespace f = format::bucket;

constexpr uint64_t kMaxReach = UINT8_MAX;

// Places rows in buckets that begin as zeros.
class Builder {
 public:
  explicit Builder(std::string* bytes)
      : bytes_(reinterpret_cast<std::byte*>(bytes->data())), buckets_(bytes->size() / f::kSize) {}

  // False when the row would lie out of any reach.
  [[nodiscard]] bool Add(uint64_t hash, uint32_t row) {
    const uint64_t home = KeyHashIndex::HomeOf(hash, buckets_);
    uint64_t at = home;
    for (uint64_t steps = 0; steps <= std::min(kMaxReach, buckets_ - 1); ++steps) {
      std::byte* const bucket = bytes_ + at * f::kSize;
      const auto slot = base::LoadLittle<uint8_t>(bucket + f::kFilled.offset);
      if (slot < f::kSlots) {
        bucket[f::kTags.offset + slot] = std::byte{KeyHashIndex::TagOf(hash)};
        base::StoreLittle<uint32_t>(bucket + f::kRows.offset + slot * sizeof(uint32_t), row);
        bucket[f::kFilled.offset] = std::byte{static_cast<uint8_t>(slot + 1)};
        Reach(home, static_cast<uint8_t>(steps));
        return true;
      }
      at = at + 1 == buckets_ ? 0 : at + 1;
    }
    return false;
  }

 private:
  void Reach(uint64_t home, uint8_t steps) {
    std::byte* const reach = bytes_ + home * f::kSize + f::kReach.offset;
    *reach = std::max(*reach, std::byte{steps});
  }

  std::byte* const bytes_;
  const uint64_t buckets_;
};

}  // namespace

uint64_t KeyHashIndexBytes(uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && rows <= base::kMaxSegmentRows);
  return (rows + f::kKeys - 1) / f::kKeys * f::kSize;
}

std::optional<std::string> BuildKeyHashIndex(std::span<const uint64_t> hashes) {
  std::string bytes(KeyHashIndexBytes(hashes.size()), '\0');
  Builder builder(&bytes);
  for (size_t row = 0; row < hashes.size(); ++row) {
    if (!builder.Add(hashes[row], static_cast<uint32_t>(row))) return std::nullopt;
  }
  return bytes;
}

absl::StatusOr<KeyHashIndex> KeyHashIndex::Make(std::span<const std::byte> bytes, uint64_t rows) {
  if (rows == 0 || bytes.size() != KeyHashIndexBytes(rows)) {
    return absl::DataLossError(
        base::StrCat("a key index of ", bytes.size(), " bytes is not one of ", rows, " rows"));
  }
  return KeyHashIndex(bytes.data(), bytes.size() / f::kSize, rows);
}

absl::Status KeyHashIndex::Prove() const {
  std::vector<bool> seen(rows_, false);
  uint64_t found = 0;
  for (uint64_t i = 0; i < buckets_; ++i) {
    const uint32_t filled = LoadByte(i, f::kFilled.offset);
    const auto zeros = base::LoadLittle<uint16_t>(Bucket(i) + f::kZeros.offset);
    if (filled > f::kSlots || LoadByte(i, f::kReach.offset) >= buckets_ || zeros != 0) {
      return absl::DataLossError(base::StrCat("bucket ", i, " of the key index is malformed"));
    }
    for (uint32_t slot = 0; slot < f::kSlots; ++slot) {
      const uint32_t row = Row(i, slot);
      if (slot >= filled) {
        if (row == 0 && LoadByte(i, f::kTags.offset + slot) == 0) continue;
        return absl::DataLossError(
            base::StrCat("an unused slot of bucket ", i, " of the key index is not zero"));
      }
      if (row >= rows_ || seen[row]) {
        return absl::DataLossError(base::StrCat("bucket ", i, " of the key index names row ", row,
                                                row >= rows_ ? ", which there is not" : " again"));
      }
      seen[row] = true;
      ++found;
    }
  }
  if (found == rows_) return absl::OkStatus();
  return absl::DataLossError(base::StrCat("the key index has ", found, " of ", rows_, " rows"));
}

}  // namespace ashlar::segment
