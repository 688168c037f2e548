// Folding keys into groups, row by row and table by table; see the header.
#include "src/query/group_keys.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"

namespace ashlar::query {

GroupKeys::GroupKeys(const std::vector<BoundPtr>& keys, BackEnd back_end, MemoryMeter* meter)
    : meter_(meter) {
  for (const BoundPtr& key : keys) {
    keys_.emplace_back(key, back_end, meter);
    if (keys_.size() > 1) pairs_.emplace_back(meter);
  }
}

size_t GroupKeys::size() const {
  if (!pairs_.empty()) return pairs_.back().size();
  return keys_.empty() ? 1 : keys_.front().values().size();
}

absl::Status GroupKeys::BeginMorsel(Morsel& morsel) {
  for (KeyColumn& key : keys_) RETURN_IF_ERROR(key.BeginMorsel(morsel));
  return absl::OkStatus();
}

void GroupKeys::EndMorsel() {
  for (KeyColumn& key : keys_) key.EndMorsel();
}

absl::Status GroupKeys::Number(SelectedRows& rows, RowNumbers* groups) {
  if (keys_.empty()) {
    groups->SetConstant(0);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(keys_[0].Number(rows, groups));
  size_t lefts = keys_[0].values().size();
  for (size_t i = 0; i < pairs_.size(); ++i) {
    KeyColumn& key = keys_[i + 1];
    RETURN_IF_ERROR(key.Number(rows, &right_));
    RETURN_IF_ERROR(pairs_[i].Reserve(rows.count(), lefts, key.values().size()));
    if (groups->constant && right_.constant) {
      groups->SetConstant(pairs_[i].FindOrAdd(groups->first, right_.first));
    } else {
      groups->Expand(rows.count());
      right_.Expand(rows.count());
      uint32_t* const ids = groups->ids.data();
      pairs_[i].FindOrAddAll(ids, right_.ids.data(), rows.count(), ids);
    }
    lefts = pairs_[i].size();
  }
  return absl::OkStatus();
}

absl::Status GroupKeys::Absorb(const GroupKeys& other, MeteredArray<uint32_t>* map) {
  if (keys_.empty()) return map->Resize(1, 0);
  RETURN_IF_ERROR(keys_[0].values().Absorb(other.keys_[0].values(), map));
  size_t lefts = keys_[0].values().size();
  for (size_t i = 0; i < pairs_.size(); ++i) {
    ValueNumbers& values = keys_[i + 1].values();
    MeteredArray<uint32_t> rights(meter_);
    RETURN_IF_ERROR(values.Absorb(other.keys_[i + 1].values(), &rights));
    MeteredArray<uint32_t> folded(meter_);
    const PairIds& pairs = other.pairs_[i];
    RETURN_IF_ERROR(folded.Reserve(pairs.size()));
    for (uint32_t id = 0; id < pairs.size(); ++id) {
      if (id % kZoneRows == 0) {
        RETURN_IF_ERROR(pairs_[i].Reserve(kZoneRows, lefts, values.size()));
      }
      const auto [left, right] = pairs.pair(id);
      folded.values.push_back(pairs_[i].FindOrAdd(map->values[left], rights.values[right]));
    }
    map->Release();
    map->values.swap(folded.values);
    rights.Release();
    lefts = pairs_[i].size();
  }
  return absl::OkStatus();
}

absl::Status GroupKeys::Append(size_t group, ColumnBuilder* const* builders) const {
  auto number = static_cast<uint32_t>(group);
  for (size_t key = keys_.size(); key-- > 0;) {
    uint32_t own = number;
    if (key > 0) {
      const auto [left, right] = pairs_[key - 1].pair(number);
      own = right;
      number = left;
    }
    RETURN_IF_ERROR(keys_[key].values().Append(own, builders[key]));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::query
