// A model of a memtable: every version of every key in a std::map.
//
// Owns: what a memtable should answer at any sequence, and the comparison with what it does.
#ifndef ASHLAR_TESTS_LOG_MEMTABLE_MODEL_H_
#define ASHLAR_TESTS_LOG_MEMTABLE_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "src/log/memtable_view.h"

namespace ashlar::log {

class MemtableModel {
 public:
  // A row of a batch; none: a delete.
  struct Version {
    uint64_t sequence = 0;
    std::optional<RecordBatch> row;
  };

  void Apply(uint64_t sequence, const std::vector<MemtableBatch>& batches);

  // Fails the current test where the memtable differs.
  void CompareFind(const Memtable& memtable, uint64_t sequence) const;
  void CompareView(const MemtableView& view) const;
  // Sorted rows and deletes for a flush.
  void CompareOrder(const MemtableView& view) const;

  [[nodiscard]] const std::map<std::string, std::vector<Version>>& keys() const { return keys_; }

 private:
  // The newest version at the sequence; null: none.
  [[nodiscard]] static const Version* At(const std::vector<Version>& versions, uint64_t sequence);

  std::map<std::string, std::vector<Version>> keys_;
};

// All live rows of a view, in the order of their positions.
[[nodiscard]] std::vector<RecordBatch> LiveRowsOf(const MemtableView& view);

}  // namespace ashlar::log

#endif  // ASHLAR_TESTS_LOG_MEMTABLE_MODEL_H_
