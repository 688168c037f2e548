// The ops of `exec` that look before they write: insert, update, merge.
#include <iterator>
#include <memory>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/store/dataset_impl.h"
#include "src/store/merge_plan.h"
#include "src/store/resolved_rows.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/exec_session.h"
#include "tools/ashlar/merge_text.h"

namespace ashlar::tools {
namespace {

absl::Status NotOneOf(std::string_view member, std::string_view words, std::string_view text) {
  return absl::InvalidArgumentError(base::StrCat("member ", base::QuoteForMessage(member), " is ",
                                                 words, ", not ", base::QuoteForMessage(text)));
}

absl::StatusOr<MergeOptions> ParseMergeOptions(const ExecRequest& request) {
  MergeOptions options;
  ASSIGN_OR_RETURN(const std::string strategy, request.Text("strategy"));
  const std::optional<MergeStrategy> parsed = ParseMergeStrategy(strategy);
  if (!parsed.has_value()) {
    return NotOneOf("strategy", "insert, upsert, update, full_merge or deduplicate", strategy);
  }
  options.strategy = *parsed;
  ASSIGN_OR_RETURN(const std::optional<std::string> rewrite, request.OptionalText("rewrite"));
  if (rewrite.has_value()) {
    const std::optional<RewriteMode> mode = ParseRewriteMode(*rewrite);
    if (!mode.has_value()) return NotOneOf("rewrite", "deferred, incremental or full", *rewrite);
    options.rewrite = *mode;
  }
  RETURN_IF_ERROR(store::CheckMerge(options));
  return options;
}

// The rows as one stream, with the columns that they have.
absl::StatusOr<std::unique_ptr<BatchReader>> ParseSource(std::string_view rows,
                                                         const Dataset& target,
                                                         MergeStrategy strategy) {
  if (strategy != MergeStrategy::kUpdate) {
    ASSIGN_OR_RETURN(RecordBatch batch, ParseRows(rows, target.schema()));
    Schema schema = batch.schema();
    return MakeBatchReader(std::move(schema), {std::move(batch)});
  }
  ASSIGN_OR_RETURN(std::vector<RecordBatch> batches, ParseGivenRows(rows, target));
  if (batches.size() > 1) {
    return absl::InvalidArgumentError("the rows of one merge must have the same members");
  }
  Schema schema = batches.empty() ? target.schema() : batches[0].schema();
  return MakeBatchReader(std::move(schema), std::move(batches));
}

// What only the engine refuses, of all batches before any of them is taken.
absl::Status CheckKeys(const std::vector<RecordBatch>& batches, const Dataset& target) {
  const std::shared_ptr<const store::DatasetKeys>& keys = target.impl().keys;
  if (keys == nullptr) return absl::OkStatus();
  for (const RecordBatch& batch : batches) {
    RETURN_IF_ERROR(store::KeysOfGiven(keys->codec(), batch).status());
  }
  return absl::OkStatus();
}

void AddMembers(Json::Members more, Json::Members* members) {
  members->insert(members->end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

}  // namespace

ExecSession::Result ExecSession::Insert(const ExecRequest& request) {
  KeyedWriteReport report;
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "rows"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::string_view rows, request.RawArray("rows"));
  ASSIGN_OR_RETURN(Json::Members answer, Write([&](WriteTransaction& transaction) -> absl::Status {
                     ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
                     ASSIGN_OR_RETURN(const RecordBatch batch, ParseRows(rows, target.schema()));
                     ASSIGN_OR_RETURN(report, transaction.Insert(dataset, batch));
                     return absl::OkStatus();
                   }));
  AddMembers(Describe(report), &answer);
  return answer;
}

ExecSession::Result ExecSession::Update(const ExecRequest& request) {
  KeyedWriteReport report;
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "rows"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::string_view rows, request.RawArray("rows"));
  const auto update = [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
    ASSIGN_OR_RETURN(const std::vector<RecordBatch> batches, ParseGivenRows(rows, target));
    if (batches.size() > 1) RETURN_IF_ERROR(CheckKeys(batches, target));
    for (const RecordBatch& batch : batches) {
      const absl::StatusOr<KeyedWriteReport> some = transaction.Update(dataset, batch);
      if (!some.ok() && &batch == &batches.front()) return some.status();
      // Batches before are in the transaction already: it cannot stay.
      if (!some.ok()) return absl::AbortedError(some.status().message());
      report.rows_written += some->rows_written;
      report.skipped_count += some->skipped_count;
      for (const Key& key : some->skipped) {
        if (report.skipped.size() < kMaxReportedKeys) report.skipped.push_back(key);
      }
    }
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(Json::Members answer, Write(update));
  AddMembers(Describe(report), &answer);
  return answer;
}

ExecSession::Result ExecSession::Merge(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "rows", "strategy", "rewrite", "explain"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::string_view rows, request.RawArray("rows"));
  ASSIGN_OR_RETURN(const MergeOptions options, ParseMergeOptions(request));
  ASSIGN_OR_RETURN(const bool explain, request.Flag("explain"));
  if (explain) return ExplainMerge(dataset, rows, options);
  MergeReport report;
  const auto merge = [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
    ASSIGN_OR_RETURN(const auto source, ParseSource(rows, target, options.strategy));
    ASSIGN_OR_RETURN(report, transaction.Merge(dataset, *source, options));
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(Json::Members answer, Write(merge));
  AddMembers(Describe(report), &answer);
  return answer;
}

// Of the open transaction, or of what is committed. Changes nothing.
ExecSession::Result ExecSession::ExplainMerge(const std::string& dataset, std::string_view rows,
                                              const MergeOptions& options) {
  std::optional<WriteTransaction> own;
  if (!in_transaction()) {
    ASSIGN_OR_RETURN(own, store_.BeginWrite());
  }
  WriteTransaction& transaction = in_transaction() ? *transaction_ : *own;
  ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
  ASSIGN_OR_RETURN(const auto source, ParseSource(rows, target, options.strategy));
  ASSIGN_OR_RETURN(const MergePlan plan, transaction.PlanMerge(dataset, *source, options));
  return Json::Members{{"plan", Json::Object(Describe(plan))}};
}

}  // namespace ashlar::tools
