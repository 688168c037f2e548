// The four steps of a publication, and nothing else.
#include "src/manifest/publisher.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/manifest/invariants.h"

namespace ashlar::manifest {
namespace {

bool IsEmpty(const ManifestEdit& edit) {
  return !edit.version.has_value() && edit.moves.empty() && edit.compactions.empty() &&
         edit.expired.empty() && edit.set_tags.empty() && edit.deleted_tags.empty() &&
         !edit.next_segment_id.has_value() && !edit.next_dataset_id.has_value() &&
         !edit.oldest_log.has_value() && !edit.retention.has_value() && edit.durable_logs.empty();
}

}  // namespace

Publisher::Publisher(std::unique_ptr<ManifestStore> store,
                     std::shared_ptr<const VersionSet> initial,
                     std::function<void(const std::shared_ptr<const VersionSet>&)> on_swap)
    : store_(std::move(store)), current_(std::move(initial)), on_swap_(std::move(on_swap)) {
  base::MutexLock lock(current_mutex_);
  ASHLAR_CHECK(current_ != nullptr && !current_->versions.empty());
}

std::shared_ptr<const VersionSet> Publisher::current() const {
  base::MutexLock lock(current_mutex_);
  return current_;
}

absl::Status Publisher::BeginWriting() {
  if (writing_) return absl::OkStatus();
  base::MutexLock publishing(publish_mutex_);
  const absl::Status begun = store_->BeginWriting();
  failed_ = store_->read_only();
  RETURN_IF_ERROR(begun);
  writing_ = true;
  return absl::OkStatus();
}

absl::StatusOr<Publisher::Published> Publisher::Publish(const EditFunction& make_edit) {
  base::MutexLock publishing(publish_mutex_);
  const std::shared_ptr<const VersionSet> base = current();
  ASSIGN_OR_RETURN(const ManifestEdit edit, make_edit(*base));
  if (IsEmpty(edit)) return Published{base, 0};
  Published published;
  ASSIGN_OR_RETURN(published.set, Apply(*base, edit));
  RETURN_IF_ERROR(CheckTransition(*base, *published.set));
  const absl::StatusOr<uint64_t> appended = store_->Append(edit, *published.set);
  failed_ = store_->read_only();
  ASSIGN_OR_RETURN(published.manifest_bytes, appended);
  {
    base::MutexLock lock(current_mutex_);
    current_ = published.set;
  }
  if (on_swap_) on_swap_(published.set);
  return published;
}

absl::Status Publisher::Roll() {
  base::MutexLock publishing(publish_mutex_);
  const absl::Status rolled = store_->Roll(*current()).status();
  failed_ = store_->read_only();
  return rolled;
}

absl::Status Publisher::CloseClean() {
  base::MutexLock publishing(publish_mutex_);
  writing_ = false;
  return store_->CloseClean();
}

void Publisher::CloseUnclean() {
  base::MutexLock publishing(publish_mutex_);
  writing_ = false;
  store_->CloseUnclean();
}

absl::Status Publisher::SyncDirectory(io::FileSystem& files, std::string_view name) {
  const absl::Status synced = files.SyncDirectory(name);
  if (synced.ok() || absl::IsResourceExhausted(synced)) return synced;
  base::MutexLock publishing(publish_mutex_);
  store_->TurnReadOnly();
  failed_ = true;
  return synced;
}

bool Publisher::read_only() const {
  base::MutexLock publishing(publish_mutex_);
  return store_->read_only();
}

uint64_t Publisher::manifest_number() const {
  base::MutexLock publishing(publish_mutex_);
  return store_->manifest_number();
}

uint64_t Publisher::manifest_file_bytes() const {
  base::MutexLock publishing(publish_mutex_);
  return store_->file_bytes();
}

}  // namespace ashlar::manifest
