// Store: the public handle; every verb is one call into the part that owns it.

#include "ashlar/store.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/io/memory_file_system.h"
#include "src/io/posix_file_system.h"
#include "src/store/compact_segments.h"
#include "src/store/flush.h"
#include "src/store/garbage.h"
#include "src/store/history.h"
#include "src/store/index_rebuild.h"
#include "src/store/open_store.h"
#include "src/store/store_impl.h"
#include "src/store/store_stats.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

absl::StatusOr<std::unique_ptr<Store>> Store::Open(std::string_view path,
                                                   const StoreOptions& options) {
  ASSIGN_OR_RETURN(auto files, store::OpenStoreDirectory(path, options));
  ASSIGN_OR_RETURN(auto core, store::OpenCore(std::move(files), options, base::SystemClock()));
  return std::make_unique<Store>(std::make_shared<Impl>(Impl{std::move(core)}));
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenInMemory(const StoreOptions& options) {
  // Log files take memory here, so they are small.
  ASSIGN_OR_RETURN(auto core,
                   store::OpenCore(std::make_shared<io::MemoryFileSystem>(), options,
                                   base::SystemClock(), {.log_file_bytes = uint64_t{64} << 10}));
  return std::make_unique<Store>(std::make_shared<Impl>(Impl{std::move(core)}));
}

Store::Store(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {
  ASHLAR_CHECK(impl_ != nullptr && impl_->core != nullptr);
}

// Errors of a close that nobody asked about cost only the clean mark: the next open recovers. In a
// child of fork() the core is kept for ever, whoever else holds it: destroying it waits for threads
// that are not there, and removes files that the parent may publish.
Store::~Store() {
  Close().IgnoreError();
  if (impl_->core->CheckProcess().ok()) return;
  static_cast<void>(new std::shared_ptr<store::StoreCore>(impl_->core));
}

absl::Status Store::Close() {
  store::StoreCore& core = *impl_->core;
  const absl::Status owned = core.CheckProcess();
  if (owned.ok()) return store::CloseCore(core);
  // The parent's lock is held until both have let go of it. Somebody may have been at it when the
  // process was forked, who will never be done.
  if (core.mutex.TryLock()) {
    core.lock.reset();
    core.mutex.Unlock();
  }
  return owned;
}

absl::Status Store::CreateDataset(std::string_view name, const Schema& schema,
                                  const DatasetOptions& options) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, BeginWrite());
  RETURN_IF_ERROR(transaction.CreateDataset(name, schema, options));
  return std::move(transaction).Commit().status();
}

absl::Status Store::DropDataset(std::string_view name) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, BeginWrite());
  RETURN_IF_ERROR(transaction.DropDataset(name));
  return std::move(transaction).Commit().status();
}

absl::StatusOr<WriteTransaction> Store::BeginWrite() {
  RETURN_IF_ERROR(impl_->core->CheckWritable());
  return WriteTransaction(std::make_unique<WriteTransaction::Impl>(impl_->core));
}

absl::Status Store::Flush() {
  RETURN_IF_ERROR(impl_->core->CheckWritable());
  return store::FlushStore(*impl_->core);
}

Snapshot Store::GetSnapshot() const { return SnapshotPins::Take(impl_->core->pins); }

absl::StatusOr<Snapshot> Store::At(uint64_t version) const {
  return store::SnapshotAt(*impl_->core, version);
}
absl::StatusOr<Snapshot> Store::At(std::chrono::system_clock::time_point time) const {
  return store::SnapshotAtTime(*impl_->core, time);
}
absl::StatusOr<Snapshot> Store::AtTag(std::string_view name) const {
  return store::SnapshotAtTag(*impl_->core, name);
}
absl::StatusOr<Snapshot> Store::AtText(std::string_view text) const {
  return store::SnapshotAtText(*impl_->core, text);
}
std::vector<VersionInfo> Store::versions() const { return store::ListVersions(*impl_->core); }

absl::Status Store::Tag(std::string_view name, uint64_t version, const TagAttributes& attributes) {
  return store::SetTag(*impl_->core, name, version, attributes);
}
absl::StatusOr<uint64_t> Store::TagNewest(std::string_view name, const TagAttributes& attributes) {
  RETURN_IF_ERROR(Flush());
  const uint64_t version = impl_->core->current()->current()->version;
  RETURN_IF_ERROR(Tag(name, version, attributes));
  return version;
}
absl::Status Store::DeleteTag(std::string_view name) {
  return store::RemoveTag(*impl_->core, name);
}
std::vector<TagInfo> Store::tags() const { return store::ListTags(*impl_->core); }

absl::StatusOr<ExpireReport> Store::Expire(std::optional<Retention> retention, bool dry_run) {
  return store::ExpireVersions(*impl_->core, retention, dry_run);
}
absl::StatusOr<ExpireReport> Store::CollectGarbage(bool dry_run) {
  RETURN_IF_ERROR(impl_->core->CheckWritable());
  return store::CollectAll(*impl_->core, dry_run);
}
absl::StatusOr<RebuildReport> Store::RebuildIndexes(const RebuildOptions& options) {
  return store::RebuildIndexes(*impl_->core, options);
}
absl::StatusOr<CompactReport> Store::Compact(const CompactOptions& options) {
  return store::CompactSegments(*impl_->core, options);
}
absl::Status Store::Refresh() { return store::RefreshCore(*impl_->core); }

StoreStats Store::stats() const { return store::CollectStats(*impl_->core); }

}  // namespace ashlar
