// The table of distinct strings; see the header.
#include "src/query/byte_ids.h"

#include <algorithm>
#include <cstring>

#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/query/word_ids.h"

namespace ashlar::query {
namespace {

constexpr size_t kLargestBlock = size_t{1} << 20;

uint64_t HashOf(std::string_view bytes) { return base::Hash64(base::AsBytes(bytes), 0); }
uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

absl::Status ByteIds::Reserve(size_t more) {
  if (size() + more > kMostIds) {
    return absl::ResourceExhaustedError("a query cannot hold more than 2^31 distinct values");
  }
  RETURN_IF_ERROR(strings_.Reserve(size() + more));
  size_t capacity = std::max<size_t>(slots_.values.size(), 16);
  while ((size() + more) * 2 > capacity) capacity *= 2;
  return capacity == slots_.values.size() ? absl::OkStatus() : Rehash(capacity);
}

uint32_t ByteIds::FindOrAdd(std::string_view bytes) {
  const uint64_t hash = HashOf(bytes);
  const size_t mask = slots_.values.size() - 1;
  Slot* const slots = slots_.values.data();
  size_t at = hash & mask;
  for (; slots[at].id_plus_1 != 0; at = (at + 1) & mask) {
    const uint32_t id = slots[at].id_plus_1 - 1;
    if (slots[at].tag == TagOf(hash) && strings_.values[id] == bytes) return id;
  }
  const std::string_view kept = Keep(bytes);
  if (!status_.ok()) return 0;
  strings_.values.push_back(kept);
  slots[at] = {TagOf(hash), static_cast<uint32_t>(size())};
  return static_cast<uint32_t>(size() - 1);
}

uint32_t ByteIds::AddUnkeyed() {
  strings_.values.push_back({});
  unkeyed_ = static_cast<uint32_t>(size() - 1);
  return unkeyed_;
}

absl::Status ByteIds::Rehash(size_t capacity) {
  // The slots hold nothing that the strings do not, so the old ones go first.
  slots_.Release();
  RETURN_IF_ERROR(slots_.Resize(capacity, Slot{}));
  for (uint32_t id = 0; id < size(); ++id) {
    if (id == unkeyed_) continue;
    const uint64_t hash = HashOf(strings_.values[id]);
    size_t at = hash & (capacity - 1);
    while (slots_.values[at].id_plus_1 != 0) at = (at + 1) & (capacity - 1);
    slots_.values[at] = {TagOf(hash), id + 1};
  }
  return absl::OkStatus();
}

std::string_view ByteIds::Keep(std::string_view bytes) {
  if (bytes.size() > free_bytes_) {
    // A string too long for the usual block gets one of its own.
    const size_t block = std::max(bytes.size(), next_block_);
    if (status_.ok()) status_ = meter_->Grow(block);
    if (!status_.ok()) return {};
    blocks_.push_back(std::make_unique<char[]>(block));
    free_ = blocks_.back().get();
    free_bytes_ = block;
    next_block_ = std::min(2 * next_block_, kLargestBlock);
  }
  char* const copy = free_;
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  free_ += bytes.size();
  free_bytes_ -= bytes.size();
  return {copy, bytes.size()};
}

}  // namespace ashlar::query
