// Growth of the key table; see the header.
#include "src/log/key_table.h"

#include <utility>

namespace ashlar::log {
namespace {

constexpr int kFirstLog2Slots = 8;
// Slots are found by bits that they keep.
constexpr int kMostLog2Slots = 32;
// A huge page. Up to there tables grow in long steps: to fill them again, and to touch fresh memory
// for it, costs more than what stays empty.
constexpr int kLog2SlotsOfPage = 18;
constexpr int kLongStep = 2;

}  // namespace

KeyTable::Table::Table(int log2_slots)
    : shift(64 - log2_slots), mask((size_t{1} << log2_slots) - 1) {
  if (log2_slots >= kLog2SlotsOfPage) {
    pages_ = io::ZeroedMemory::Allocate((mask + 1) * sizeof(std::atomic<uint64_t>));
    ASHLAR_CHECK(pages_.valid());
    // Zeros are atomic zeros: nothing is to be constructed.
    slots = reinterpret_cast<std::atomic<uint64_t>*>(pages_.data());
  } else {
    heap_ = std::make_unique<std::atomic<uint64_t>[]>(mask + 1);
    slots = heap_.get();
  }
}

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
  while (2 * (keys_ + more) > (size_t{1} << log2_slots)) {
    log2_slots += log2_slots < kLog2SlotsOfPage ? kLongStep : 1;
  }
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
