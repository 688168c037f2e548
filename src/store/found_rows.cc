// Looking up many keys, and gathering; see the header.
#include "src/store/found_rows.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::store {

absl::StatusOr<FoundRows> FoundRows::Find(const Dataset::Impl& dataset,
                                          const columnar::EncodedKeys& keys) {
  ASHLAR_CHECK(dataset.keys != nullptr);
  FoundRows found;
  found.state_ = dataset.state;
  found.cache_ = dataset.cache;
  found.places_.resize(keys.rows);
  std::vector<uint32_t> absent;  // from memory: neither a row nor a tombstone
  absl::flat_hash_map<const RowSource*, uint32_t> batches;
  for (size_t i = 0; i < keys.rows; ++i) {
    MemoryRows::Hit hit;
    if (dataset.memory != nullptr) hit = dataset.memory->Find(keys.key(i), keys.hashes[i]);
    if (hit.kind == log::MemtableHit::Kind::kAbsent) absent.push_back(static_cast<uint32_t>(i));
    if (hit.kind != log::MemtableHit::Kind::kRow) continue;
    int64_t row = 0;
    const RowSource& rows = dataset.memory->OpenRows(hit, &row);
    const auto [known, is_new] =
        batches.emplace(&rows, static_cast<uint32_t>(found.sources_.size()));
    if (is_new) found.sources_.push_back({.memory = rows.shared_from_this()});
    found.places_[i] = {known->second, static_cast<uint32_t>(row)};
  }
  if (absent.empty()) return found;
  const bool all = absent.size() == keys.rows;
  ASSIGN_OR_RETURN(const auto locations,
                   dataset.keys->FindAll(all ? keys : columnar::SelectKeys(keys, absent)));
  std::vector<uint32_t> sources(found.state_->segments.size(), kNone);
  for (size_t i = 0; i < absent.size(); ++i) {
    if (!locations[i].has_value()) continue;
    uint32_t& source = sources[locations[i]->segment];
    if (source == kNone) {
      source = static_cast<uint32_t>(found.sources_.size());
      found.sources_.push_back({.segment = locations[i]->segment, .memory = nullptr});
    }
    found.places_[absent[i]] = {source, locations[i]->row};
  }
  return found;
}

std::optional<RowLocation> FoundRows::InSegment(size_t i) const {
  if (!has(i) || sources_[places_[i].source].memory != nullptr) return std::nullopt;
  return RowLocation{sources_[places_[i].source].segment, places_[i].row};
}

absl::StatusOr<Column> FoundRows::ReadColumn(const Source& source, size_t field) const {
  if (source.memory != nullptr) return source.memory->rows().column(field);
  ASSIGN_OR_RETURN(const segment::SegmentReader reader,
                   cache_->OpenReader(state_->segments[source.segment].meta));
  return reader.ReadColumn(state_->schema.field(field));
}

absl::StatusOr<Column> FoundRows::Gather(std::span<const uint32_t> keys, size_t field) const {
  std::vector<std::vector<uint32_t>> rows(sources_.size());
  for (const uint32_t key : keys) {
    ASHLAR_CHECK(has(key));
    rows[places_[key].source].push_back(places_[key].row);
  }
  // Source behind source, and then into the order that was asked for.
  std::vector<Column> pieces;
  std::vector<uint32_t> next(sources_.size());
  uint32_t end = 0;
  for (size_t source = 0; source < sources_.size(); ++source) {
    next[source] = end;
    if (rows[source].empty()) continue;
    ASSIGN_OR_RETURN(const Column column, ReadColumn(sources_[source], field));
    ASSIGN_OR_RETURN(Column piece, query::Take(column, rows[source]));
    pieces.push_back(std::move(piece));
    end += static_cast<uint32_t>(rows[source].size());
  }
  ASSIGN_OR_RETURN(Column gathered, query::ConcatColumns(state_->schema.field(field).type, pieces));
  if (pieces.size() == 1) return gathered;
  std::vector<uint32_t> order;
  order.reserve(keys.size());
  for (const uint32_t key : keys) order.push_back(next[places_[key].source]++);
  return query::Take(gathered, order);
}

}  // namespace ashlar::store
