// Ending a transaction: small ones through the commit log, large ones as segments.

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/commit.h"
#include "src/store/flush_scheduler.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

namespace {

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
  return [this] { return store::ProveReads(reads, core->view->current()); };
}

absl::StatusOr<std::shared_ptr<store::PreparedCommit>> WriteTransaction::Impl::Prepare(
    std::string* body) {
  ASHLAR_CHECK(!large);
  std::map<uint64_t, PendingDataset*> by_id;
  for (auto& [name, pending] : datasets) {
    if (!pending.ops.empty()) by_id.emplace(pending.change.before->id, &pending);
  }
  auto commit = std::make_shared<store::PreparedCommit>();
  std::vector<store::DatasetOps> parts;
  for (const auto& [id, pending] : by_id) {
    store::DatasetOps& part = parts.emplace_back();
    part.dataset_id = id;
    for (const store::BufferedOp& step : pending->ops) part.ops.push_back(step.op);
  }
  if (parts.empty()) return commit;
  ASSIGN_OR_RETURN(*body, store::EncodeCommit(parts));
  for (const auto& [id, pending] : by_id) {
    store::PreparedRows& rows = commit->rows.emplace_back();
    rows.dataset = pending->change.before;
    for (store::BufferedOp& step : pending->ops) {
      rows.batches.push_back(store::ToMemtableBatch(std::move(step)));
    }
    commit->claims.push_back(std::move(pending->claim));
  }
  stats.log_bytes = body->size();
  return commit;
}

absl::StatusOr<std::optional<log::CommitTicket>> WriteTransaction::Impl::Submit(
    const CommitOptions& options) {
  RETURN_IF_ERROR(core->CheckWritable());
  if (large || HasReads()) return std::optional<log::CommitTicket>();
  std::string body;
  ASSIGN_OR_RETURN(std::shared_ptr<store::PreparedCommit> commit, Prepare(&body));
  if (commit->rows.empty()) return std::optional<log::CommitTicket>();
  stats.version = core->current()->current()->version;
  ASSIGN_OR_RETURN(log::CommitTicket ticket,
                   store::SubmitCommit(*core, body, std::move(commit), ToLog(options.durability)));
  stats.sequence = ticket.sequence();
  return std::optional(std::move(ticket));
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
    std::map<std::string, const store::DatasetChange*, std::less<>> changes;
    for (const auto& [name, pending] : datasets) changes.emplace(name, &pending.change);
    return store::CommitChanges(*core, changes, Files(), stats, Proof());
  }
  std::string body;
  ASSIGN_OR_RETURN(std::shared_ptr<store::PreparedCommit> commit, Prepare(&body));
  stats.version = core->current()->current()->version;
  if (commit->rows.empty()) return stats;
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
