// A deletion vector as a list of blocks; see the header.
#include "src/manifest/deletion_vector.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"
#include "src/base/limits.h"

namespace ashlar::manifest {
namespace {

constexpr uint32_t kNoBlock = UINT32_MAX;

uint32_t NumberAt(const DeadBlockList& blocks, size_t index) {
  return index < blocks.size() ? blocks[index].first : kNoBlock;
}

// Calls visit(number, a, b) for each block that either has; null where one lacks it. Stops when
// `visit` returns false.
template <typename Visit>
void VisitPairs(const DeadBlockList& a, const DeadBlockList& b, const Visit& visit) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const uint32_t number = std::min(NumberAt(a, i), NumberAt(b, j));
    const auto* const left = NumberAt(a, i) == number ? &a[i++].second : nullptr;
    const auto* const right = NumberAt(b, j) == number ? &b[j++].second : nullptr;
    if (!visit(number, left, right)) return;
  }
}

DeadBlock BlockOf(std::span<const uint32_t> rows) {
  if (rows.size() <= DeadBlock::kMaxDelta) {
    std::vector<uint16_t> few;
    few.reserve(rows.size());
    for (const uint32_t row : rows) few.push_back(static_cast<uint16_t>(row % kDeadBlockRows));
    return DeadBlock::FromFew(std::move(few));
  }
  DeadWords words{};
  for (const uint32_t row : rows) {
    words[row % kDeadBlockRows / 64] |= uint64_t{1} << (row % 64);
  }
  return DeadBlock::FromWords(words);
}

}  // namespace

DeletionVector::DeletionVector(uint64_t segment_rows, DeadBlockList blocks)
    : segment_rows_(segment_rows), decoded_(true), blocks_(std::move(blocks)) {
  for (const auto& [number, block] : blocks_) cardinality_ += block->count();
  ASHLAR_CHECK(cardinality_ > 0 && cardinality_ <= segment_rows_);
}

DeletionVector::DeletionVector(uint64_t segment_rows, uint64_t cardinality, Encoded encoded)
    : segment_rows_(segment_rows),
      cardinality_(cardinality),
      encoded_(std::move(encoded)),
      decoded_(false) {
  ASHLAR_CHECK(cardinality_ > 0 && cardinality_ <= segment_rows_ && !encoded_.body.empty());
}

DeletionVectorPtr DeletionVector::Make(uint64_t segment_rows, std::span<const uint32_t> dead) {
  ASHLAR_CHECK(segment_rows <= base::kMaxSegmentRows);
  ASHLAR_CHECK(!dead.empty() && dead.back() < segment_rows);
  DeadBlockList blocks;
  for (size_t begin = 0; begin < dead.size();) {
    const uint32_t number = dead[begin] / kDeadBlockRows;
    size_t end = begin + 1;
    for (; end < dead.size() && dead[end] / kDeadBlockRows == number; ++end) {
      ASHLAR_CHECK(dead[end - 1] < dead[end]);
    }
    ASHLAR_CHECK(blocks.empty() || blocks.back().first < number);
    blocks.emplace_back(
        number, std::make_shared<const DeadBlock>(BlockOf(dead.subspan(begin, end - begin))));
    begin = end;
  }
  return DeletionVectorPtr(new DeletionVector(segment_rows, std::move(blocks)));
}

DeletionVectorPtr DeletionVector::FromProven(uint64_t segment_rows, uint64_t cardinality,
                                             Encoded encoded) {
  return DeletionVectorPtr(new DeletionVector(segment_rows, cardinality, std::move(encoded)));
}

void DeletionVector::Decode() const {
  base::MutexLock lock(mutex_);
  if (decoded_.load(std::memory_order_relaxed)) return;
  blocks_ = DecodeDeadBlocks(segment_rows_, encoded_.body);
  decoded_.store(true, std::memory_order_release);
}

const DeadBlock* DeletionVector::FindBlock(uint32_t number) const {
  const DeadBlockList& list = blocks();
  const auto at = std::lower_bound(
      list.begin(), list.end(), number,
      [](const DeadBlockList::value_type& block, uint32_t wanted) { return block.first < wanted; });
  return at != list.end() && at->first == number ? at->second.get() : nullptr;
}

bool DeletionVector::Contains(uint32_t row) const {
  const DeadBlock* const block = FindBlock(row / kDeadBlockRows);
  return block != nullptr && block->Contains(static_cast<uint16_t>(row % kDeadBlockRows));
}

DeletionVector::ZoneMaskBits DeletionVector::ZoneMask(uint64_t zone) const {
  const uint64_t first = zone * base::kZoneRows;
  ASHLAR_CHECK(first < segment_rows_);
  ZoneMaskBits alive;
  alive.fill(~uint64_t{0});
  if (const DeadBlock* const block = FindBlock(static_cast<uint32_t>(zone / kZonesPerDeadBlock))) {
    block->MaskZone(static_cast<uint32_t>(zone % kZonesPerDeadBlock), alive);
  }
  const uint64_t rows = segment_rows_ - first;
  for (size_t word = rows / 64; rows < base::kZoneRows && word < alive.size(); ++word) {
    alive[word] &= word == rows / 64 ? (uint64_t{1} << (rows % 64)) - 1 : 0;
  }
  return alive;
}

uint64_t DeletionVector::CountIn(uint64_t begin, uint64_t end) const {
  ASHLAR_CHECK(begin <= end && end <= segment_rows_);
  uint64_t alive = 0;
  ForEachLiveRun(begin, end, [&](uint64_t, uint64_t rows) { alive += rows; });
  return end - begin - alive;
}

void DeletionVector::ForEach(const std::function<void(uint32_t row)>& visit) const {
  for (const auto& [number, block] : blocks()) {
    DeadWords words{};
    block->AddTo(words);
    const uint32_t first = number * kDeadBlockRows;
    ForEachDead(words, [&](uint32_t row) { visit(first + row); });
  }
}

std::vector<uint32_t> DeletionVector::Rows() const {
  std::vector<uint32_t> rows;
  rows.reserve(cardinality_);
  ForEach([&](uint32_t row) { rows.push_back(row); });
  return rows;
}

void DeletionVector::ForEachLiveRun(
    uint64_t begin, uint64_t end,
    const std::function<void(uint64_t first, uint64_t rows)>& visit) const {
  ASHLAR_CHECK(begin <= end && end <= segment_rows_);
  uint64_t next = begin;
  for (const auto& [number, block] : blocks()) {
    const uint64_t first = uint64_t{number} * kDeadBlockRows;
    if (first + kDeadBlockRows <= begin || first >= end) continue;
    DeadWords words{};
    block->AddTo(words);
    ForEachDead(words, [&](uint32_t row) {
      const uint64_t dead = first + row;
      if (dead < begin || dead >= end) return;
      if (dead > next) visit(next, dead - next);
      next = dead + 1;
    });
  }
  if (end > next) visit(next, end - next);
}

DeletionVectorPtr DeletionVector::With(const DeletionVector& more) const {
  ASHLAR_CHECK(segment_rows_ == more.segment_rows_);
  DeadBlockList joined;
  joined.reserve(blocks().size());
  VisitPairs(blocks(), more.blocks(), [&](uint32_t number, const auto* mine, const auto* other) {
    if (mine == nullptr || other == nullptr) {
      joined.emplace_back(number, mine != nullptr ? *mine : *other);
    } else {
      joined.emplace_back(number, std::make_shared<const DeadBlock>((*mine)->Union(**other)));
    }
    return true;
  });
  return DeletionVectorPtr(new DeletionVector(segment_rows_, std::move(joined)));
}

DeletionVectorPtr DeletionVector::Without(const DeletionVector& older) const {
  ASHLAR_CHECK(segment_rows_ == older.segment_rows_);
  DeadBlockList rest;
  VisitPairs(blocks(), older.blocks(), [&](uint32_t number, const auto* mine, const auto* other) {
    if (mine == nullptr || (other != nullptr && *mine == *other)) return true;
    if (other == nullptr) {
      rest.emplace_back(number, *mine);
      return true;
    }
    DeadBlock left = (*mine)->Difference(**other);
    if (left.count() > 0) {
      rest.emplace_back(number, std::make_shared<const DeadBlock>(std::move(left)));
    }
    return true;
  });
  if (rest.empty()) return nullptr;
  return DeletionVectorPtr(new DeletionVector(segment_rows_, std::move(rest)));
}

bool DeletionVector::Includes(const DeletionVector& other) const {
  ASHLAR_CHECK(segment_rows_ == other.segment_rows_);
  bool includes = cardinality_ >= other.cardinality_;
  if (!includes || this == &other) return includes;
  VisitPairs(blocks(), other.blocks(), [&](uint32_t, const auto* mine, const auto* theirs) {
    if (theirs == nullptr || (mine != nullptr && *mine == *theirs)) return true;
    includes = mine != nullptr && (*theirs)->Difference(**mine).count() == 0;
    return includes;
  });
  return includes;
}

bool DeletionVector::Intersects(const DeletionVector& other) const {
  ASHLAR_CHECK(segment_rows_ == other.segment_rows_);
  bool intersects = false;
  VisitPairs(blocks(), other.blocks(), [&](uint32_t, const auto* mine, const auto* theirs) {
    if (mine == nullptr || theirs == nullptr) return true;
    intersects = (*mine)->Difference(**theirs).count() != (*mine)->count();
    return !intersects;
  });
  return intersects;
}

void DeletionVector::EncodeBody(base::ByteWriter& out) const {
  if (!encoded_.body.empty()) return out.PutBytes(encoded_.body);
  EncodeDeadBlocks(segment_rows_, blocks(), out);
}

bool operator==(const DeletionVector& a, const DeletionVector& b) {
  return a.segment_rows_ == b.segment_rows_ && a.cardinality_ == b.cardinality_ && a.Includes(b);
}

}  // namespace ashlar::manifest
