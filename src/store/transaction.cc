// WriteTransaction: the public handle.

#include "ashlar/transaction.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/flush_scheduler.h"
#include "src/store/transaction_impl.h"

namespace ashlar {
namespace {

absl::Status CheckOpen(const std::unique_ptr<WriteTransaction::Impl>& impl) {
  if (impl == nullptr) return absl::FailedPreconditionError("the transaction has ended");
  return impl->core->CheckWritable();
}

// What a child of fork() has of its parent's transaction is left alone: the files are the parent's.
void End(std::unique_ptr<WriteTransaction::Impl> impl) {
  if (impl != nullptr && !impl->core->CheckProcess().ok()) static_cast<void>(impl.release());
}

}  // namespace

struct CommitTicket::Impl {
  std::shared_ptr<store::StoreCore> core;
  std::optional<log::CommitTicket> queued;  // until it was waited for
  absl::StatusOr<WriteStats> result;        // once it was
};

CommitTicket::CommitTicket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CommitTicket::CommitTicket(CommitTicket&&) noexcept = default;
CommitTicket& CommitTicket::operator=(CommitTicket&&) noexcept = default;
CommitTicket::~CommitTicket() = default;

absl::StatusOr<WriteStats> CommitTicket::Wait() {
  ASHLAR_CHECK(impl_ != nullptr);
  if (!impl_->queued.has_value()) return impl_->result;
  RETURN_IF_ERROR(impl_->core->CheckProcess());
  const absl::Status written = impl_->core->queue->Wait(*impl_->queued);
  impl_->queued.reset();
  if (written.ok()) {
    ++impl_->core->commits;
    impl_->core->flushes->AfterCommit();
  } else {
    impl_->result = written;
  }
  return impl_->result;
}

WriteTransaction::WriteTransaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WriteTransaction::WriteTransaction(WriteTransaction&&) noexcept = default;
WriteTransaction& WriteTransaction::operator=(WriteTransaction&& other) noexcept {
  End(std::exchange(impl_, std::move(other.impl_)));
  return *this;
}
WriteTransaction::~WriteTransaction() { End(std::move(impl_)); }

absl::Status WriteTransaction::CreateDataset(std::string_view name, const Schema& schema,
                                             const DatasetOptions& options) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->CreateDataset(name, schema, options);
}

absl::Status WriteTransaction::DropDataset(std::string_view name) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->DropDataset(name);
}

absl::Status WriteTransaction::ChangeSchema(std::string_view dataset, const SchemaChange& change) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->ChangeSchema(dataset, change);
}

absl::Status WriteTransaction::Append(std::string_view dataset, const RecordBatch& batch) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Append(dataset, batch);
}

absl::Status WriteTransaction::Append(std::string_view dataset, BatchReader& batches) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Append(dataset, batches);
}

absl::Status WriteTransaction::Upsert(std::string_view dataset, const RecordBatch& batch) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Upsert(dataset, batch);
}

absl::Status WriteTransaction::Upsert(std::string_view dataset, BatchReader& batches) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Upsert(dataset, batches);
}

absl::Status WriteTransaction::Delete(std::string_view dataset, std::span<const Key> keys) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Delete(dataset, keys);
}

absl::StatusOr<KeyedWriteReport> WriteTransaction::Insert(std::string_view dataset,
                                                          const RecordBatch& batch) {
  return Insert(dataset, *MakeBatchReader(batch.schema(), {batch}));
}

absl::StatusOr<KeyedWriteReport> WriteTransaction::Insert(std::string_view dataset,
                                                          BatchReader& batches) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Insert(dataset, batches);
}

absl::StatusOr<KeyedWriteReport> WriteTransaction::Update(std::string_view dataset,
                                                          const RecordBatch& batch) {
  return Update(dataset, *MakeBatchReader(batch.schema(), {batch}));
}

absl::StatusOr<KeyedWriteReport> WriteTransaction::Update(std::string_view dataset,
                                                          BatchReader& batches) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Update(dataset, batches);
}

absl::StatusOr<uint64_t> WriteTransaction::DeleteWhere(std::string_view dataset,
                                                       const Expression& predicate) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->DeleteWhere(dataset, predicate);
}

absl::StatusOr<MergeReport> WriteTransaction::Merge(std::string_view dataset, BatchReader& source,
                                                    const MergeOptions& options) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Merge(dataset, source, options);
}

absl::StatusOr<MergePlan> WriteTransaction::PlanMerge(std::string_view dataset, BatchReader& source,
                                                      const MergeOptions& options) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->PlanMerge(dataset, source, options);
}

absl::Status WriteTransaction::Replace(std::string_view dataset, const RecordBatch& batch,
                                       const ReplaceOptions& options) {
  return Replace(dataset, *MakeBatchReader(batch.schema(), {batch}), options);
}

absl::Status WriteTransaction::Replace(std::string_view dataset, BatchReader& batches,
                                       const ReplaceOptions& options) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Replace(dataset, batches, options);
}

absl::StatusOr<Dataset> WriteTransaction::Read(std::string_view dataset) {
  RETURN_IF_ERROR(CheckOpen(impl_));
  return impl_->Read(dataset);
}

absl::StatusOr<WriteStats> WriteTransaction::Commit(const CommitOptions& options) && {
  RETURN_IF_ERROR(CheckOpen(impl_));
  const std::unique_ptr<Impl> ended = std::move(impl_);
  return ended->Commit(options);
}

absl::StatusOr<CommitTicket> WriteTransaction::CommitAsync(const CommitOptions& options) && {
  RETURN_IF_ERROR(CheckOpen(impl_));
  const std::unique_ptr<Impl> ended = std::move(impl_);
  auto ticket = std::make_unique<CommitTicket::Impl>();
  ticket->core = ended->core;
  ASSIGN_OR_RETURN(ticket->queued, ended->Submit(options));
  if (ticket->queued.has_value()) {
    ticket->result = ended->stats;
  } else {
    ticket->result = ended->Commit(options);
  }
  return CommitTicket(std::move(ticket));
}

void WriteTransaction::Abort() && { End(std::move(impl_)); }

}  // namespace ashlar
