// KeyTable: from a key's hash to the newest row of the key.
//
// Owns: an open-addressing table of 8-byte slots {32 bits of the hash, row number + 1}, one writer,
// readers that never wait. Does not own: keys; the caller compares them. A slot changes in one
// store, from free to a row or from a row to a newer one of the same key, so that a reader sees one
// or the other. The table grows by making a larger one; readers of the old one find all that was
// there when they took it, and old tables stay until the memtable goes.
//
// Slots are found by the hash's highest bits, which the slot keeps: growing reads no row.
#ifndef ASHLAR_SRC_LOG_KEY_TABLE_H_
#define ASHLAR_SRC_LOG_KEY_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "src/base/check.h"
#include "src/io/zeroed_memory.h"

namespace ashlar::log {

inline constexpr uint32_t kNoRow = UINT32_MAX;

class KeyTable {
 public:
  // Where a key's newest row is, or goes; valid until the next Reserve().
  struct Place {
    size_t slot = 0;
    uint32_t row = kNoRow;
  };

  KeyTable();

  // Anyone's. The newest row whose hash's high half is that of `hash` and for which same_key(row)
  // holds; kNoRow when there is none.
  template <typename SameKey>
  [[nodiscard]] uint32_t Find(uint64_t hash, SameKey same_key) const {
    return LocateIn(*newest_.load(std::memory_order_acquire), hash, same_key).row;
  }

  // The writer's, in this order: room for `more` keys, then for each key its place, then the row.
  void Reserve(size_t more);
  void Prefetch(uint64_t hash) const {
    const Table& table = *tables_.back();
    __builtin_prefetch(&table.slots[table.First(hash)], 1);
  }
  template <typename SameKey>
  [[nodiscard]] Place Locate(uint64_t hash, SameKey same_key) const {
    return LocateIn(*tables_.back(), hash, same_key);
  }
  // What was written of the row before is seen by who finds it.
  void Publish(const Place& place, uint64_t hash, uint32_t row) {
    ASHLAR_CHECK(row != kNoRow);
    if (place.row == kNoRow) ++keys_;
    tables_.back()->slots[place.slot].store(SlotOf(hash, row), std::memory_order_release);
  }

  [[nodiscard]] size_t keys() const { return keys_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  struct Table {
    explicit Table(int log2_slots);
    [[nodiscard]] size_t First(uint64_t hash) const { return static_cast<size_t>(hash >> shift); }

    const int shift;
    const size_t mask;
    std::atomic<uint64_t>* slots = nullptr;  // zero: free

   private:
    // One of them holds the slots: large tables are in huge pages, if the system has some.
    std::unique_ptr<std::atomic<uint64_t>[]> heap_;
    io::ZeroedMemory pages_;
  };

  [[nodiscard]] static uint64_t SlotOf(uint64_t hash, uint32_t row) {
    return (hash & ~uint64_t{UINT32_MAX}) | (row + 1);
  }

  // Tables are at most half full, so there is a free slot to end at.
  template <typename SameKey>
  [[nodiscard]] static Place LocateIn(const Table& table, uint64_t hash, SameKey same_key) {
    for (size_t slot = table.First(hash);; slot = (slot + 1) & table.mask) {
      const uint64_t value = table.slots[slot].load(std::memory_order_acquire);
      if (value == 0) return {slot, kNoRow};
      if ((value ^ hash) >> 32 != 0) continue;
      const uint32_t row = static_cast<uint32_t>(value) - 1;
      if (same_key(row)) return {slot, row};
    }
  }

  void Add(std::unique_ptr<Table> table);

  std::vector<std::unique_ptr<Table>> tables_;  // the last one is the newest
  std::atomic<const Table*> newest_;
  size_t keys_ = 0;
  uint64_t bytes_ = 0;  // of all tables
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_KEY_TABLE_H_
