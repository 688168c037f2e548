// Proving reads; see the header.
#include "src/store/read_set.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/store/keyed_read.h"

namespace ashlar::store {
namespace {

absl::StatusOr<bool> SameRows(const RecordBatch& a, const RecordBatch& b) {
  for (size_t field = 0; field < a.columns().size(); ++field) {
    const DataType& type = a.schema().field(field).type;
    const std::vector<columnar::ColumnPiece> of_a = {{&a.column(field), 0, 1}};
    const std::vector<columnar::ColumnPiece> of_b = {{&b.column(field), 0, 1}};
    ASSIGN_OR_RETURN(const base::Digest digest_a, columnar::DigestOfPieces(type, of_a));
    ASSIGN_OR_RETURN(const base::Digest digest_b, columnar::DigestOfPieces(type, of_b));
    if (digest_a != digest_b) return false;
  }
  return true;
}

}  // namespace

DatasetReads::DatasetReads(std::shared_ptr<const Dataset::Impl> base, uint64_t sequence)
    : base_(std::move(base)), sequence_(sequence) {
  ASHLAR_CHECK(base_ != nullptr);
}

void DatasetReads::AddKey(std::string_view key) {
  base::MutexLock lock(mutex_);
  keys_.insert(std::string(key));
}

void DatasetReads::AddKeys(const columnar::EncodedKeys& keys) {
  base::MutexLock lock(mutex_);
  for (size_t row = 0; row < keys.rows; ++row) keys_.insert(std::string(keys.key(row)));
}

void DatasetReads::AddAll() {
  base::MutexLock lock(mutex_);
  all_ = true;
}

bool DatasetReads::empty() const {
  base::MutexLock lock(mutex_);
  return !all_ && keys_.empty();
}

absl::Status DatasetReads::Prove(const std::shared_ptr<const StoreView>& view) const {
  base::MutexLock lock(mutex_);
  if (!all_ && keys_.empty()) return absl::OkStatus();
  const manifest::DatasetState& before = *base_->state;
  const auto conflict = [&] {
    return absl::AbortedError(base::StrCat("dataset ", base::QuoteForMessage(before.name),
                                           " was changed by another transaction; try again"));
  };
  const auto found = view->manifest->datasets.find(before.name);
  if (found == view->manifest->datasets.end() || found->second->id != before.id) return conflict();
  if (ContentSequence(*found->second, *view) <= sequence_) return absl::OkStatus();
  if (all_ || found->second->schema != before.schema) return conflict();
  const Dataset now = MakeDataset(found->second, *view, UINT64_MAX - 1, base_->cache);
  for (const std::string& key : keys_) {
    ASSIGN_OR_RETURN(const bool changed, IsChanged(key, now.impl()));
    if (changed) return conflict();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> DatasetReads::IsChanged(std::string_view key, const Dataset::Impl& now) const {
  const uint64_t hash = columnar::KeyHash(key);
  if (now.memory != nullptr) {
    const MemoryRows::Hit hit = now.memory->Find(key, hash);
    if (hit.kind != log::MemtableHit::Kind::kAbsent) return hit.sequence > sequence_;
  }
  if (now.state->flushed_up_to <= sequence_) return false;
  // Moved to segments since, or changed by a large commit: the values tell.
  ASSIGN_OR_RETURN(const std::optional<RowRef> old_row, FindRow(*base_, key, hash));
  ASSIGN_OR_RETURN(const std::optional<RowRef> new_row, FindRow(now, key, hash));
  if (!old_row.has_value() || !new_row.has_value()) {
    return old_row.has_value() != new_row.has_value();
  }
  ASSIGN_OR_RETURN(const RecordBatch old_values, old_row->ToBatch());
  ASSIGN_OR_RETURN(const RecordBatch new_values, new_row->ToBatch());
  ASSIGN_OR_RETURN(const bool same, SameRows(old_values, new_values));
  return !same;
}

absl::Status ProveReads(const ReadSet& reads, const std::shared_ptr<const StoreView>& view) {
  for (const auto& [name, of_dataset] : reads) RETURN_IF_ERROR(of_dataset->Prove(view));
  return absl::OkStatus();
}

}  // namespace ashlar::store
