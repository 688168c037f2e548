// The model of a memtable; see the header.
#include "tests/log/memtable_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "src/log/memtable_order.h"

namespace ashlar::log {
namespace {

// Row `row` of a chunk of the view as a batch of its own.
RecordBatch RowOf(const MemtableView& view, const std::vector<Column>& columns, int64_t row) {
  std::vector<Column> cells;
  for (const Column& column : columns) cells.push_back(column.Slice(row, 1).value());
  return RecordBatch::Make(view.schema(), std::move(cells)).value();
}

template <typename Visit>  // visit(position, row as a batch)
void ForEachLiveRow(const MemtableView& view, Visit visit) {
  for (size_t chunk = 0; chunk < view.chunks(); ++chunk) {
    std::vector<Column> columns;
    for (size_t i = 0; i < view.schema().size(); ++i) columns.push_back(view.ReadColumn(chunk, i));
    for (int64_t row = 0; row < view.rows(chunk); ++row) {
      const LiveMask mask = view.LiveRows(chunk, row / 1024);
      if ((mask[static_cast<size_t>(row % 1024 / 64)] >> (row % 64) & 1) == 0) continue;
      visit(view.first_position(chunk) + row, RowOf(view, columns, row));
    }
  }
}

}  // namespace

void MemtableModel::Apply(uint64_t sequence, const std::vector<MemtableBatch>& batches) {
  for (const MemtableBatch& batch : batches) {
    for (size_t row = 0; row < batch.keys.rows; ++row) {
      Version version{sequence, std::nullopt};
      if (!batch.rows.columns().empty()) {
        version.row = batch.rows.Slice(static_cast<int64_t>(row), 1).value();
      }
      std::vector<Version>& versions = keys_[std::string(batch.keys.key(row))];
      if (!versions.empty() && versions.back().sequence == sequence) versions.pop_back();
      versions.push_back(std::move(version));
    }
  }
}

const MemtableModel::Version* MemtableModel::At(const std::vector<Version>& versions,
                                                uint64_t sequence) {
  const auto after = std::upper_bound(
      versions.begin(), versions.end(), sequence,
      [](uint64_t wanted, const Version& version) { return wanted < version.sequence; });
  return after == versions.begin() ? nullptr : &*std::prev(after);
}

void MemtableModel::CompareFind(const Memtable& memtable, uint64_t sequence) const {
  for (const auto& [key, versions] : keys_) {
    const Version* const wanted = At(versions, sequence);
    const MemtableHit hit = memtable.Find(key, columnar::KeyHash(key), sequence);
    if (wanted == nullptr) {
      ASSERT_EQ(hit.kind, MemtableHit::Kind::kAbsent);
      continue;
    }
    ASSERT_EQ(hit.sequence, wanted->sequence);
    if (!wanted->row.has_value()) {
      ASSERT_EQ(hit.kind, MemtableHit::Kind::kTombstone);
      continue;
    }
    ASSERT_EQ(hit.kind, MemtableHit::Kind::kRow);
    for (size_t i = 0; i < memtable.schema().size(); ++i) {
      ASSERT_TRUE(memtable.ReadCell(hit.row, i).Equals(wanted->row->column(i)));
    }
  }
}

void MemtableModel::CompareView(const MemtableView& view) const {
  std::map<int64_t, std::string> alive;  // keys by position
  std::set<std::string> deleted;
  view.ForEachEntry(0, view.rows(), [&](const MemtableEntry& entry) {
    EXPECT_EQ(entry.hash, columnar::KeyHash(entry.key));
    if (entry.tombstone) {
      EXPECT_TRUE(deleted.insert(std::string(entry.key)).second);
    } else {
      alive[entry.position] = std::string(entry.key);
    }
  });
  size_t wanted_alive = 0;
  size_t wanted_deleted = 0;
  for (const auto& [key, versions] : keys_) {
    const Version* const version = At(versions, view.sequence());
    if (version == nullptr) continue;
    ++(version->row.has_value() ? wanted_alive : wanted_deleted);
    if (!version->row.has_value()) {
      ASSERT_TRUE(deleted.contains(key));
    }
  }
  ASSERT_EQ(deleted.size(), wanted_deleted);
  size_t found = 0;
  ForEachLiveRow(view, [&](int64_t position, const RecordBatch& row) {
    const auto entry = alive.find(position);
    ASSERT_NE(entry, alive.end());
    const Version* const version = At(keys_.at(entry->second), view.sequence());
    ASSERT_TRUE(version != nullptr && version->row.has_value());
    ASSERT_TRUE(row.Equals(*version->row));
    ++found;
  });
  ASSERT_EQ(found, wanted_alive);
  ASSERT_EQ(alive.size(), wanted_alive);
  ASSERT_EQ(view.CountLiveRows(), static_cast<int64_t>(wanted_alive));
}

void MemtableModel::CompareOrder(const MemtableView& view) const {
  const MemtableOrder order = SortMemtable(view);
  ASSERT_EQ(order.rows.size(), order.keys.rows);
  std::map<int64_t, RecordBatch> rows;
  ForEachLiveRow(view, [&](int64_t position, const RecordBatch& row) { rows[position] = row; });
  size_t next = 0;
  size_t next_deleted = 0;
  for (const auto& [key, versions] : keys_) {
    const Version* const version = At(versions, view.sequence());
    if (version == nullptr) continue;
    const columnar::EncodedKeys& keys = version->row.has_value() ? order.keys : order.deleted;
    size_t& at = version->row.has_value() ? next : next_deleted;
    ASSERT_LT(at, keys.rows);
    ASSERT_EQ(keys.key(at), key);
    ASSERT_EQ(keys.hashes[at], columnar::KeyHash(key));
    ASSERT_EQ(keys.prefixes[at], columnar::KeyPrefix(key));
    if (version->row.has_value()) {
      ASSERT_TRUE(rows.at(order.rows[at]).Equals(*version->row));
    }
    ++at;
  }
  ASSERT_EQ(next, order.keys.rows);
  ASSERT_EQ(next_deleted, order.deleted.rows);
}

std::vector<RecordBatch> LiveRowsOf(const MemtableView& view) {
  std::vector<RecordBatch> rows;
  ForEachLiveRow(view, [&](int64_t, const RecordBatch& row) { rows.push_back(row); });
  return rows;
}

}  // namespace ashlar::log
