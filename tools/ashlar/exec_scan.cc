// The scan of `exec`: rows of a dataset, page by page.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/store/dataset_impl.h"
#include "tools/ashlar/exec_cursor.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/exec_session.h"

namespace ashlar::tools {
namespace {

absl::StatusOr<ExecPage> ReadRows(const Dataset& dataset, const ScanOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> reader, dataset.Scan(options));
  ASSIGN_OR_RETURN(ExecPage page, RowsToJson(*reader, options.limit));
  page.more = dataset.rows() > options.offset && dataset.rows() - options.offset > options.limit;
  return page;
}

// Offsets count rows that match. One row beyond the page is asked for, to know whether it is there.
absl::StatusOr<ExecPage> ReadMatches(const Dataset& dataset, const std::string& where,
                                     const ScanOptions& options) {
  absl::StatusOr<Expression> condition = Expression::Parse(where);
  if (!condition.ok()) {
    const absl::string_view message = condition.status().message();
    return absl::InvalidArgumentError(
        base::StrCat("\"where\": ", std::string_view(message.data(), message.size())));
  }
  Query query = dataset.Filter(*std::move(condition));
  if (!options.columns.empty()) query = query.Select(options.columns);
  ASSIGN_OR_RETURN(const std::unique_ptr<QueryResult> reader,
                   query.Head(options.limit + 1, options.offset).Stream());
  return RowsToJson(*reader, options.limit);
}

absl::StatusOr<ExecPage> ReadPage(const Dataset& dataset, const ExecScan& scan, uint64_t offset,
                                  uint64_t limit) {
  const ScanOptions options{.columns = scan.columns, .offset = offset, .limit = limit};
  if (scan.where.has_value()) return ReadMatches(dataset, *scan.where, options);
  return ReadRows(dataset, options);
}

bool HasRowsInMemory(const Dataset& dataset) { return dataset.impl().memory != nullptr; }

absl::Status BelongsElsewhere() {
  return absl::InvalidArgumentError(
      "the cursor belongs to another version, snapshot or transaction");
}

}  // namespace

// A version or snapshot is named by number, a transaction by how often it has changed.
absl::StatusOr<ExecSession::ScanSource> ExecSession::SourceOfScan(const ExecRequest& request,
                                                                  const std::string& dataset) {
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number, request.OptionalNatural("snapshot"));
  ASSIGN_OR_RETURN(std::optional<Snapshot> snapshot, RequestedSnapshot(request));
  if (!snapshot.has_value() && in_transaction()) {
    ASSIGN_OR_RETURN(Dataset read, transaction_->Read(dataset));
    return ScanSource{std::move(read), ExecPlace::kTransaction, transaction_changes_, {}};
  }
  const bool newest = !snapshot.has_value();
  if (newest) snapshot = store_.GetSnapshot();
  const uint64_t version = snapshot->version();
  ASSIGN_OR_RETURN(Dataset read, snapshot->GetDataset(dataset));
  if (number.has_value() && HasRowsInMemory(read)) {
    return ScanSource{std::move(read), ExecPlace::kSnapshot, *number, version};
  }
  return ScanSource{std::move(read), ExecPlace::kVersion, version, version};
}

// The same that the cursor's page was of, or an error: never rows of something else.
absl::StatusOr<ExecSession::ScanSource> ExecSession::SourceOfCursor(const ExecRequest& request,
                                                                    const std::string& dataset,
                                                                    const ExecCursor& cursor) {
  const bool elsewhere = request.Has("at") || request.Has("snapshot");
  if (cursor.place == ExecPlace::kTransaction) {
    if (!in_transaction()) {
      return absl::FailedPreconditionError("the cursor belongs to a transaction that has ended");
    }
    if (elsewhere) return BelongsElsewhere();
    if (cursor.number != transaction_changes_) {
      return absl::FailedPreconditionError(
          "the transaction has changed since the cursor was given; begin the scan anew");
    }
    return SourceOfScan(request, dataset);
  }
  if (elsewhere) {
    ASSIGN_OR_RETURN(ScanSource source, SourceOfScan(request, dataset));
    if (source.place != cursor.place || source.number != cursor.number) return BelongsElsewhere();
    return source;
  }
  if (cursor.place == ExecPlace::kSnapshot) {
    const auto found = snapshots_.find(cursor.number);
    if (found == snapshots_.end()) return NoSnapshot(cursor.number);
    ASSIGN_OR_RETURN(Dataset read, found->second.GetDataset(dataset));
    return ScanSource{std::move(read), cursor.place, cursor.number, found->second.version()};
  }
  ASSIGN_OR_RETURN(const Snapshot snapshot, store_.At(cursor.number));
  ASSIGN_OR_RETURN(Dataset read, snapshot.GetDataset(dataset));
  return ScanSource{std::move(read), cursor.place, cursor.number, cursor.number};
}

absl::StatusOr<ExecSession::ScanSource> ExecSession::GoOn(const ExecRequest& request,
                                                          const ExecScan& scan,
                                                          const ExecCursor& cursor) {
  ASSIGN_OR_RETURN(ScanSource source, SourceOfCursor(request, scan.dataset, cursor));
  if (cursor.scan != HashOf(scan, SeedOf(cursor.place))) {
    return absl::InvalidArgumentError(
        "the cursor belongs to another scan: dataset, columns and where must be the same");
  }
  if (cursor.place == ExecPlace::kVersion && cursor.order != OrderOf(source.dataset)) {
    return absl::FailedPreconditionError(
        base::StrCat("rows of version ", cursor.number,
                     " stand in another order since they were compacted; begin the scan anew, or "
                     "scan in a snapshot"));
  }
  return source;
}

ExecSession::Result ExecSession::Scan(const ExecRequest& request) {
  RETURN_IF_ERROR(
      request.AllowOnly({"dataset", "columns", "where", "limit", "cursor", "at", "snapshot"}));
  ExecScan scan;
  ASSIGN_OR_RETURN(scan.dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(scan.columns, request.Texts("columns"));
  ASSIGN_OR_RETURN(scan.where, request.OptionalText("where"));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> asked, request.OptionalNatural("limit"));
  const uint64_t limit = std::min(asked.value_or(kMaxExecScanRows), kMaxExecScanRows);
  ASSIGN_OR_RETURN(const std::optional<std::string> text, request.OptionalText("cursor"));
  ExecCursor cursor;
  if (text.has_value()) {
    ASSIGN_OR_RETURN(cursor, ParseCursor(*text));
  }
  ASSIGN_OR_RETURN(ScanSource source, text.has_value() ? GoOn(request, scan, cursor)
                                                       : SourceOfScan(request, scan.dataset));
  ASSIGN_OR_RETURN(ExecPage page, ReadPage(source.dataset, scan, cursor.offset, limit));
  if (page.more && source.place == ExecPlace::kVersion && HasRowsInMemory(source.dataset)) {
    // The cursor must outlive this session, whose snapshots do not: rows that are in memory alone
    // become part of a version. Only a scan of the newest rows comes here, on its first page.
    RETURN_IF_ERROR(store_.Flush());
    ASSIGN_OR_RETURN(source, SourceOfScan(request, scan.dataset));
    ASSIGN_OR_RETURN(page, ReadPage(source.dataset, scan, cursor.offset, limit));
  }
  Json::Members members = {{"rows", Json::Ready(std::move(page.rows))}};
  if (source.version.has_value()) members.emplace_back("version", *source.version);
  if (page.more) {
    cursor = {.place = source.place,
              .number = source.number,
              .offset = cursor.offset + limit,
              .scan = HashOf(scan, SeedOf(source.place)),
              .order = source.place == ExecPlace::kVersion ? OrderOf(source.dataset) : 0};
    members.emplace_back("cursor", CursorText(cursor));
  }
  return members;
}

}  // namespace ashlar::tools
