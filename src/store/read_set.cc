// Proving reads; see the header.
#include "src/store/read_set.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/store/found_rows.h"

namespace ashlar::store {
namespace {

// Single keys that are looked up together.
constexpr size_t kKeysAtOnce = 65536;

}  // namespace

DatasetReads::DatasetReads(std::shared_ptr<const Dataset::Impl> base, uint64_t sequence)
    : base_(std::move(base)), sequence_(sequence) {
  ASHLAR_CHECK(base_ != nullptr);
}

void DatasetReads::AddKey(std::string_view key) {
  base::MutexLock lock(mutex_);
  keys_.insert(std::string(key));
}

void DatasetReads::AddKeys(std::shared_ptr<const columnar::EncodedKeys> keys) {
  ASHLAR_CHECK(keys != nullptr);
  base::MutexLock lock(mutex_);
  if (keys->rows > 0) batches_.push_back(std::move(keys));
}

void DatasetReads::AddAll() {
  base::MutexLock lock(mutex_);
  all_ = true;
}

bool DatasetReads::empty() const {
  base::MutexLock lock(mutex_);
  return !all_ && keys_.empty() && batches_.empty();
}

absl::Status DatasetReads::Prove(const std::shared_ptr<const StoreView>& view) const {
  base::MutexLock lock(mutex_);
  if (!all_ && keys_.empty() && batches_.empty()) return absl::OkStatus();
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
  columnar::EncodedKeys single;
  single.offsets = {0};
  for (const std::string& key : keys_) {
    columnar::AppendKey(key, columnar::KeyHash(key), &single);
    if (single.rows < kKeysAtOnce) continue;
    ASSIGN_OR_RETURN(const bool changed, AnyChanged(single, now.impl()));
    if (changed) return conflict();
    single = {};
    single.offsets = {0};
  }
  ASSIGN_OR_RETURN(bool changed, AnyChanged(single, now.impl()));
  for (size_t i = 0; i < batches_.size() && !changed; ++i) {
    ASSIGN_OR_RETURN(changed, AnyChanged(*batches_[i], now.impl()));
  }
  return changed ? conflict() : absl::OkStatus();
}

absl::StatusOr<bool> DatasetReads::AnyChanged(const columnar::EncodedKeys& keys,
                                              const Dataset::Impl& now) const {
  std::vector<uint32_t> moved;  // to segments since, or changed by a large commit
  for (uint32_t i = 0; i < keys.rows; ++i) {
    MemoryRows::Hit hit;
    if (now.memory != nullptr) hit = now.memory->Find(keys.key(i), keys.hashes[i]);
    if (hit.kind == log::MemtableHit::Kind::kAbsent) {
      moved.push_back(i);
    } else if (hit.sequence > sequence_) {
      return true;
    }
  }
  if (moved.empty() || now.state->flushed_up_to <= sequence_) return false;
  // The values tell.
  const columnar::EncodedKeys asked = columnar::SelectKeys(keys, moved);
  ASSIGN_OR_RETURN(const FoundRows old_rows, FoundRows::Find(*base_, asked));
  ASSIGN_OR_RETURN(const FoundRows new_rows, FoundRows::Find(now, asked));
  std::vector<uint32_t> there;
  for (uint32_t i = 0; i < asked.rows; ++i) {
    if (old_rows.has(i) != new_rows.has(i)) return true;
    if (old_rows.has(i)) there.push_back(i);
  }
  for (size_t field = 0; field < now.state->schema.size(); ++field) {
    ASSIGN_OR_RETURN(const Column old_values, old_rows.Gather(there, field));
    ASSIGN_OR_RETURN(const Column new_values, new_rows.Gather(there, field));
    if (!old_values.Equals(new_values)) return true;
  }
  return false;
}

absl::Status ProveReads(const ReadSet& reads, const std::shared_ptr<const StoreView>& view) {
  for (const auto& [name, of_dataset] : reads) RETURN_IF_ERROR(of_dataset->Prove(view));
  return absl::OkStatus();
}

}  // namespace ashlar::store
