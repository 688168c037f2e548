// Growth of the key table; see the header.
#include "src/log/key_table.h"

#include <utility>

namespace ashlar::log {
namespace {

constexpr int kFirstLog2Slots = 8;
// Slots are found by bits that they keep.
constexpr int kMostLog2Slots = 32;

}  // namespace

KeyTable::KeyTable() { Add(std::make_unique<Table>(kFirstLog2Slots)); }

void KeyTable::Add(std::unique_ptr<Table> table) {
  bytes_ += sizeof(Table) + (table->mask + 1) * sizeof(std::atomic<uint64_t>);
  newest_.store(table.get(), std::memory_order_release);
  tables_.push_back(std::move(table));
}

void KeyTable::Reserve(size_t more) {
  const Table& old = *tables_.back();
  int log2_slots = 64 - old.shift;
  if (2 * (keys_ + more) <= old.mask + 1) return;
  while (2 * (keys_ + more) > (size_t{1} << log2_slots)) ++log2_slots;
  ASHLAR_CHECK(log2_slots <= kMostLog2Slots);
  auto grown = std::make_unique<Table>(log2_slots);
  for (size_t i = 0; i <= old.mask; ++i) {
    const uint64_t value = old.slots[i].load(std::memory_order_relaxed);
    if (value == 0) continue;
    size_t slot = grown->First(value);
    while (grown->slots[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & grown->mask;
    grown->slots[slot].store(value, std::memory_order_relaxed);
  }
  Add(std::move(grown));
}

}  // namespace ashlar::log
