// Collects the entries of a view and sorts them by key.
#include "src/log/memtable_order.h"

#include <utility>

#include "src/base/check.h"
#include "src/columnar/key_sort.h"

namespace ashlar::log {
namespace {

// Keys in the order of a view.
class Collector {
 public:
  Collector() { keys_.offsets.push_back(0); }

  void Add(const MemtableEntry& entry) {
    positions_.push_back(static_cast<uint32_t>(entry.position));
    columnar::AppendKey(entry.key, entry.hash, &keys_);
    equal_lengths_ = equal_lengths_ && entry.key.size() == keys_.offsets[1];
  }

  // Sorted; returns the positions of `keys`.
  std::vector<uint32_t> Finish(columnar::EncodedKeys* keys) {
    // The sort need not look at keys whose prefixes say all.
    if (equal_lengths_ && keys_.bytes.size() >= keys_.rows && keys_.rows > 0) {
      keys_.width = keys_.offsets[1];
      keys_.offsets.clear();
    }
    std::vector<uint32_t> rows = columnar::SortKeys(keys_);
    *keys = columnar::SelectKeys(keys_, rows);
    for (uint32_t& row : rows) row = positions_[row];
    return rows;
  }

 private:
  std::vector<uint32_t> positions_;
  columnar::EncodedKeys keys_;
  bool equal_lengths_ = true;
};

}  // namespace

MemtableOrder SortMemtable(const MemtableView& view) {
  ASHLAR_CHECK(view.keyed() && view.rows() < UINT32_MAX);
  Collector alive;
  Collector deleted;
  view.ForEachEntry(0, view.rows(), [&](const MemtableEntry& entry) {
    (entry.tombstone ? deleted : alive).Add(entry);
  });
  MemtableOrder order;
  order.rows = alive.Finish(&order.keys);
  const std::vector<uint32_t> tombstones = deleted.Finish(&order.deleted);
  ASHLAR_CHECK(tombstones.size() == order.deleted.rows);
  return order;
}

}  // namespace ashlar::log
