// Ending a transaction: small ones through the commit log, large ones as segments.

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/commit.h"
#include "src/store/flush_scheduler.h"
#include "src/store/pinned_view.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

namespace {

// Keys that are looked up again while nobody else commits, where memory must be flushed as a whole.
constexpr uint64_t kMostResolvedAlone = uint64_t{64} << 10;

// Whether the change is one of all that the view has of the dataset.
bool IsBuiltOn(const PendingDataset& pending, const std::string& name,
               const store::StoreView& view) {
  if (pending.below.has_value()) return store::IsAllInMemory(*pending.below, view);
  const auto found = view.manifest->datasets.find(name);
  return found != view.manifest->datasets.end() && found->second == pending.before &&
         view.FindMemtables(pending.before->id) == nullptr;
}

log::LogDurability ToLog(const Durability& durability) {
  switch (durability.kind) {
    case Durability::Kind::kSync:
      return {log::LogDurability::Kind::kSync};
    case Durability::Kind::kGroup:
      return {log::LogDurability::Kind::kGroup, durability.interval};
    case Durability::Kind::kNone:
      break;
  }
  return {log::LogDurability::Kind::kNone};
}

}  // namespace

std::function<absl::Status()> WriteTransaction::Impl::Proof() const {
  return [this]() -> absl::Status {
    if (reads.empty()) return absl::OkStatus();
    return store::ProveReads(reads, store::PinCurrent(*core).view);
  };
}

absl::StatusOr<std::shared_ptr<store::PreparedCommit>> WriteTransaction::Impl::Prepare(
    std::string* body) {
  ASHLAR_CHECK(!large);
  absl::InlinedVector<PendingDataset*, 4> written;
  for (auto& [name, pending] : datasets) {
    if (!pending.ops.empty()) written.push_back(&pending);
  }
  std::ranges::sort(written, {}, [](const PendingDataset* pending) { return pending->before->id; });
  auto commit = std::make_shared<store::PreparedCommit>();
  for (PendingDataset* const pending : written) {
    commit->parts.push_back({pending->before->id, std::move(pending->ops)});
    commit->targets.push_back({pending->before, std::move(pending->claim)});
  }
  if (written.empty()) return commit;
  ASSIGN_OR_RETURN(*body, store::EncodeCommit(commit->parts));
  stats.log_bytes = body->size();
  return commit;
}

absl::StatusOr<std::optional<log::CommitTicket>> WriteTransaction::Impl::Submit(
    const CommitOptions& options) {
  RETURN_IF_ERROR(core->CheckWritable());
  if (large || HasReads()) return std::optional<log::CommitTicket>();
  std::string body;
  ASSIGN_OR_RETURN(std::shared_ptr<store::PreparedCommit> commit, Prepare(&body));
  if (commit->parts.empty()) return std::optional<log::CommitTicket>();
  stats.version = core->current()->current()->version;
  ASSIGN_OR_RETURN(log::CommitTicket ticket,
                   store::SubmitCommit(*core, body, std::move(commit), ToLog(options.durability)));
  stats.sequence = ticket.sequence();
  return std::optional(std::move(ticket));
}

absl::Status WriteTransaction::Impl::PrepareLarge() {
  for (auto& [name, pending] : datasets) {
    if (!pending.dropped()) RETURN_IF_ERROR(WriteGathered(&pending));
  }
  // The less time between here and the commit, the less comes in between.
  RETURN_IF_ERROR(Files().sink().Settle());
  for (auto& [name, pending] : datasets) {
    if (pending.dropped() || pending.change->replaced) continue;
    const std::shared_ptr<const store::StoreView> view = core->view->current();
    if (IsBuiltOn(pending, name, *view)) continue;
    uint64_t keys = 0;
    for (const auto& touched : pending.change->keyed.touched) keys += touched->rows;
    if (keys > kMostResolvedAlone && view->FindMemtables(pending.before->id) != nullptr &&
        store::SharesCommits(*core, *pending.before)) {
      RETURN_IF_ERROR(store::FlushStore(*core));
    }
    RETURN_IF_ERROR(BuildOnNow(name, &pending));
  }
  return absl::OkStatus();
}

absl::StatusOr<WriteStats> WriteTransaction::Impl::Commit(const CommitOptions& options) {
  ASSIGN_OR_RETURN(const std::optional<log::CommitTicket> ticket, Submit(options));
  if (ticket.has_value()) {
    RETURN_IF_ERROR(core->queue->Wait(*ticket));
    ++core->commits;
    core->flushes->AfterCommit();
    return stats;
  }
  if (large) {
    RETURN_IF_ERROR(PrepareLarge());
    store::LargeCommit commit;
    for (auto& [name, pending] : datasets) {
      commit.changes.emplace(name, pending.change.get());
      if (!pending.below.has_value() || pending.dropped() || pending.change->replaced) continue;
      commit.below.emplace(name, *std::move(pending.below));
    }
    return store::CommitChanges(*core, commit, Files(), stats, Proof());
  }
  std::string body;
  ASSIGN_OR_RETURN(std::shared_ptr<store::PreparedCommit> commit, Prepare(&body));
  stats.version = core->current()->current()->version;
  if (commit->parts.empty()) return stats;
  ASSIGN_OR_RETURN(stats.sequence, store::CommitProven(*core, body, std::move(commit),
                                                       ToLog(options.durability), Proof()));
  ++core->commits;
  core->flushes->AfterCommit();
  return stats;
}

bool WriteTransaction::Impl::HasReads() const {
  return std::any_of(reads.begin(), reads.end(),
                     [](const auto& named) { return !named.second->empty(); });
}

}  // namespace ashlar
