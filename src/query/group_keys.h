// GroupKeys: from the keys' values in a row to the number of its group.
//
// Owns: combining the numbers of several keys into one, pair by pair: (key 1, key 2), then (that
// pair, key 3) and so on; so each value is stored once, and a group is a few numbers. Groups are
// numbered by first appearance. Does not own: the numbering of one key's values (key_column.h).
#ifndef ASHLAR_SRC_QUERY_GROUP_KEYS_H_
#define ASHLAR_SRC_QUERY_GROUP_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "src/query/evaluator.h"
#include "src/query/key_column.h"
#include "src/query/memory_meter.h"
#include "src/query/pair_ids.h"

namespace ashlar::query {

class GroupKeys {
 public:
  GroupKeys(const std::vector<BoundPtr>& keys, BackEnd back_end, MemoryMeter* meter);

  // Without keys there is one group from the start.
  [[nodiscard]] size_t size() const;

  [[nodiscard]] absl::Status BeginMorsel(Morsel& morsel);
  [[nodiscard]] absl::Status Number(SelectedRows& rows, RowNumbers* groups);
  void EndMorsel();

  // Takes over the groups of `other`, in their order: (*map)[its group] is the group here.
  [[nodiscard]] absl::Status Absorb(const GroupKeys& other, MeteredArray<uint32_t>* map);
  // Appends the keys of `group`, one to each builder from `builders` on.
  [[nodiscard]] absl::Status Append(size_t group, ColumnBuilder* const* builders) const;

 private:
  MemoryMeter* const meter_;
  std::deque<KeyColumn> keys_;
  std::deque<PairIds> pairs_;  // pairs_[i]: what comes before key i + 1, and key i + 1
  RowNumbers right_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_GROUP_KEYS_H_
