// The ops of `exec` that open and end things: transactions and snapshots.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/exec_session.h"

namespace ashlar::tools {
namespace {

// Errors that the engine finds before it changes anything: bad input, and expressions that have no
// value for some row (kOutOfRange). After any other one it is not known how much of a command
// reached the transaction.
bool LeavesTransactionIntact(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<Json::Members> CommitNow(WriteTransaction transaction) {
  ASSIGN_OR_RETURN(const WriteStats stats, std::move(transaction).Commit());
  return Json::Members{{"version", stats.version}, {"stats", Json::Object(Describe(stats))}};
}

absl::Status NoTransaction() { return absl::FailedPreconditionError("no transaction is open"); }

}  // namespace

ExecSession::Result ExecSession::Begin(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  if (in_transaction()) return absl::FailedPreconditionError("a transaction is open already");
  ASSIGN_OR_RETURN(WriteTransaction transaction, store_.BeginWrite());
  transaction_.emplace(std::move(transaction));
  ++transaction_changes_;
  return Json::Members{};
}

ExecSession::Result ExecSession::Commit(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  if (std::exchange(lost_, false)) {
    return absl::AbortedError("an error aborted the transaction: nothing of it was committed");
  }
  if (!in_transaction()) return NoTransaction();
  WriteTransaction transaction = *std::move(transaction_);
  transaction_.reset();
  return CommitNow(std::move(transaction));
}

ExecSession::Result ExecSession::Abort(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  if (std::exchange(lost_, false)) return Json::Members{};
  if (!in_transaction()) return NoTransaction();
  std::move(*transaction_).Abort();
  transaction_.reset();
  return Json::Members{};
}

ExecSession::Result ExecSession::Flush(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  RETURN_IF_ERROR(RefuseInTransaction(request));
  RETURN_IF_ERROR(store_.Flush());
  return Json::Members{{"version", store_.GetSnapshot().version()}};
}

ExecSession::Result ExecSession::TakeSnapshot(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"at"}));
  if (snapshots_.size() >= kMaxExecSnapshots) {
    return absl::ResourceExhaustedError(
        base::StrCat("at most ", kMaxExecSnapshots, " snapshots may be open"));
  }
  ASSIGN_OR_RETURN(std::optional<Snapshot> requested, RequestedSnapshot(request));
  Snapshot snapshot = requested.has_value() ? *std::move(requested) : store_.GetSnapshot();
  const uint64_t version = snapshot.version();
  const uint64_t number = next_snapshot_++;
  snapshots_.emplace(number, std::move(snapshot));
  return Json::Members{{"snapshot", number}, {"version", version}};
}

ExecSession::Result ExecSession::Release(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"snapshot"}));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number, request.OptionalNatural("snapshot"));
  if (!number.has_value()) return absl::InvalidArgumentError("member \"snapshot\" is missing");
  if (snapshots_.erase(*number) == 0) return NoSnapshot(*number);
  return Json::Members{};
}

absl::Status ExecSession::NoSnapshot(uint64_t number) {
  return absl::NotFoundError(base::StrCat("no snapshot ", number, " is open"));
}

ExecSession::Result ExecSession::Write(
    const std::function<absl::Status(WriteTransaction&)>& change) {
  if (!in_transaction()) {
    ASSIGN_OR_RETURN(WriteTransaction transaction, store_.BeginWrite());
    RETURN_IF_ERROR(change(transaction));
    return CommitNow(std::move(transaction));
  }
  // Whatever comes of it: rows may stand elsewhere even after an error.
  ++transaction_changes_;
  const absl::Status status = change(*transaction_);
  if (status.ok()) return Json::Members{};
  if (!LeavesTransactionIntact(status)) {
    std::move(*transaction_).Abort();
    transaction_.reset();
    lost_ = true;
  }
  return status;
}

absl::Status ExecSession::RefuseInTransaction(const ExecRequest& request) const {
  if (!in_transaction()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat("op ", base::QuoteForMessage(request.op()),
                   " takes effect at once: commit or abort the open transaction first"));
}

absl::StatusOr<std::optional<Snapshot>> ExecSession::RequestedSnapshot(
    const ExecRequest& request) const {
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number, request.OptionalNatural("snapshot"));
  ASSIGN_OR_RETURN(const std::optional<std::string> at, request.OptionalWord("at"));
  if (number.has_value() && at.has_value()) {
    return absl::InvalidArgumentError("\"at\" and \"snapshot\" exclude each other");
  }
  if (at.has_value()) {
    ASSIGN_OR_RETURN(Snapshot snapshot, store_.AtText(*at));
    return std::optional<Snapshot>(std::move(snapshot));
  }
  if (!number.has_value()) return std::optional<Snapshot>();
  const auto found = snapshots_.find(*number);
  if (found == snapshots_.end()) return NoSnapshot(*number);
  return std::optional<Snapshot>(found->second.Clone());
}

}  // namespace ashlar::tools
