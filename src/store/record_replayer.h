// RecordReplayer: from commits in the log to rows in memory.
//
// Owns: what a record does to the datasets that there are, and gathering commits of one row, which
// are most of most logs, into steps of many. Does not own: reading logs, nor what is in doubt
// (log_recovery.h).
//
// Rows that were gathered are in memory after the next step of another kind, or Finish(). Nobody
// reads meanwhile, and each row begins at its own commit's sequence, so no answer depends on it.
#ifndef ASHLAR_SRC_STORE_RECORD_REPLAYER_H_
#define ASHLAR_SRC_STORE_RECORD_REPLAYER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "src/columnar/one_row_gather.h"
#include "src/log/log_reader.h"
#include "src/manifest/manifest.h"
#include "src/store/commit_record.h"
#include "src/store/current_view.h"

namespace ashlar::store {

// Used by one thread at a time.
class RecordReplayer {
 public:
  // Into `view`, what the segments of `manifest` do not have.
  RecordReplayer(const manifest::Manifest& manifest, CurrentView& view);

  // Records in the order of their sequences. DataLoss names file and offset, perhaps of a record
  // before; Unimplemented: what a newer program wrote. After an error only Finish() may follow.
  [[nodiscard]] absl::Status Apply(uint64_t log_number, const log::LogEntry& entry);
  // After the last one.
  [[nodiscard]] absl::Status Finish() { return ApplyGathered(); }

 private:
  struct Dataset {
    explicit Dataset(std::shared_ptr<const manifest::DatasetState> given)
        : state(std::move(given)) {}
    std::shared_ptr<const manifest::DatasetState> state;
    std::unique_ptr<columnar::OneRowGather> rows;  // once it is needed
  };

  void NameLog(uint64_t number);
  // The dataset, unless it is gone or its segments have the commit.
  [[nodiscard]] Dataset* Find(uint64_t id, uint64_t sequence);
  // Whether the record is one row that was gathered.
  [[nodiscard]] absl::StatusOr<bool> Gather(const log::LogEntry& entry);
  [[nodiscard]] absl::Status ApplyGathered();
  // Up to the first that fails, which it names.
  [[nodiscard]] absl::Status ApplyOneByOne(const RecordBatch& rows, const Dataset& dataset);
  [[nodiscard]] absl::Status ApplyWhole(const log::LogEntry& entry);
  [[nodiscard]] static bool Takes(const Dataset& dataset, WriteKind kind) {
    return (kind == WriteKind::kAppend) != dataset.state->is_keyed();
  }
  [[nodiscard]] absl::Status At(uint64_t offset, const absl::Status& cause) const;

  CurrentView& view_;
  absl::flat_hash_map<uint64_t, Dataset> datasets_;
  size_t gathers_ = 0;  // that were made
  uint64_t log_number_ = 0;
  std::string name_;  // of that log
  // Of the rows that wait, all from one log: the dataset, null when there are none; the sequence of
  // each one's commit, and where that stands.
  Dataset* gathering_ = nullptr;
  std::vector<uint64_t> sequences_;
  std::vector<uint64_t> offsets_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_RECORD_REPLAYER_H_
