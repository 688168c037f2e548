// Set operations on blocks: on the deltas alone where the base is shared, else on whole bitmaps.
#include "src/manifest/dead_block.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "src/base/check.h"

namespace ashlar::manifest {
namespace {

uint32_t CountDead(const DeadWords& words) {
  uint32_t count = 0;
  for (const uint64_t word : words) count += static_cast<uint32_t>(std::popcount(word));
  return count;
}

using Rows = std::vector<uint16_t>;

// `old` with the rows of both lists; `fresh` counts those of `rows` that are in neither.
std::shared_ptr<const std::vector<uint64_t>> Fold(const std::vector<uint64_t>& old,
                                                  const Rows& delta, const Rows& rows,
                                                  uint32_t* fresh) {
  const uint32_t last =
      std::max<uint32_t>(delta.empty() ? 0 : delta.back(), rows.empty() ? 0 : rows.back());
  const size_t size = std::max(old.size(), (last / base::kZoneRows + 1) * kZoneMaskWords);
  auto words = std::make_shared<std::vector<uint64_t>>();
  words->reserve(size);
  words->assign(old.begin(), old.end());
  words->resize(size);
  for (const uint16_t row : delta) (*words)[row / 64] |= uint64_t{1} << (row % 64);
  for (const uint16_t row : rows) {
    uint64_t& word = (*words)[row / 64];
    *fresh += (word >> (row % 64) & 1) == 0 ? 1 : 0;
    word |= uint64_t{1} << (row % 64);
  }
  return words;
}

}  // namespace

DeadBlock DeadBlock::FromWords(const DeadWords& words) {
  DeadBlock block;
  block.count_ = CountDead(words);
  if (block.count_ <= kMaxDelta) {
    block.delta_.reserve(block.count_);
    ForEachDead(words, [&](uint32_t row) { block.delta_.push_back(static_cast<uint16_t>(row)); });
    return block;
  }
  size_t used = words.size();
  while (words[used - 1] == 0) --used;
  used = (used + kZoneMaskWords - 1) / kZoneMaskWords * kZoneMaskWords;
  block.base_ =
      std::make_shared<const Base>(words.begin(), words.begin() + static_cast<ptrdiff_t>(used));
  return block;
}

DeadBlock DeadBlock::FromFew(std::vector<uint16_t> rows) {
  ASHLAR_CHECK(rows.size() <= kMaxDelta);
  DeadBlock block;
  block.count_ = static_cast<uint32_t>(rows.size());
  block.delta_ = std::move(rows);
  return block;
}

bool DeadBlock::BaseContains(uint16_t row) const {
  const size_t word = row / 64;
  return base_ != nullptr && word < base_->size() && ((*base_)[word] >> (row % 64) & 1) != 0;
}

bool DeadBlock::Contains(uint16_t row) const {
  return BaseContains(row) || std::binary_search(delta_.begin(), delta_.end(), row);
}

void DeadBlock::MaskZone(uint32_t zone, std::span<uint64_t, kZoneMaskWords> alive) const {
  ASHLAR_CHECK(zone < kZonesPerDeadBlock);
  const size_t first_word = zone * kZoneMaskWords;
  if (base_ != nullptr && first_word < base_->size()) {
    for (size_t i = 0; i < kZoneMaskWords; ++i) alive[i] &= ~(*base_)[first_word + i];
  }
  const uint32_t begin = zone * base::kZoneRows;
  for (auto row = std::lower_bound(delta_.begin(), delta_.end(), begin);
       row != delta_.end() && *row < begin + base::kZoneRows; ++row) {
    const uint32_t bit = *row - begin;
    alive[bit / 64] &= ~(uint64_t{1} << (bit % 64));
  }
}

void DeadBlock::AddTo(DeadWords& words) const {
  if (base_ != nullptr) {
    for (size_t i = 0; i < base_->size(); ++i) words[i] |= (*base_)[i];
  }
  for (const uint16_t row : delta_) words[row / 64] |= uint64_t{1} << (row % 64);
}

DeadBlock DeadBlock::Union(const DeadBlock& other) const {
  if (base_ == nullptr && other.base_ != nullptr) return other.Union(*this);
  if (other.base_ == nullptr && delta_.size() + other.delta_.size() <= kMaxDelta) {
    DeadBlock joined;
    joined.base_ = base_;
    joined.delta_.reserve(delta_.size() + other.delta_.size());
    std::set_union(delta_.begin(), delta_.end(), other.delta_.begin(), other.delta_.end(),
                   std::back_inserter(joined.delta_));
    if (base_ != nullptr) {
      std::erase_if(joined.delta_, [&](uint16_t row) { return BaseContains(row); });
    }
    const size_t in_base = count_ - delta_.size();
    joined.count_ = static_cast<uint32_t>(in_base + joined.delta_.size());
    return joined;
  }
  if (base_ != nullptr && other.base_ == nullptr) {
    DeadBlock folded;
    folded.count_ = count_;
    folded.base_ = Fold(*base_, delta_, other.delta_, &folded.count_);
    return folded;
  }
  DeadWords words{};
  AddTo(words);
  other.AddTo(words);
  return FromWords(words);
}

DeadBlock DeadBlock::Difference(const DeadBlock& other) const {
  if (base_ == other.base_) {
    std::vector<uint16_t> rest;
    std::set_difference(delta_.begin(), delta_.end(), other.delta_.begin(), other.delta_.end(),
                        std::back_inserter(rest));
    return FromFew(std::move(rest));
  }
  DeadWords words{};
  DeadWords others{};
  AddTo(words);
  other.AddTo(others);
  for (size_t i = 0; i < words.size(); ++i) words[i] &= ~others[i];
  return FromWords(words);
}

}  // namespace ashlar::manifest
