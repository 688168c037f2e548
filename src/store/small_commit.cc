// Commits into memory; see the header.
#include "src/store/small_commit.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/store/flush_scheduler.h"

namespace ashlar::store {
namespace {

absl::Status AppendPart(const DataType& type, const Key& part, ColumnBuilder& column) {
  switch (type.id()) {
    case TypeId::kUInt8:
    case TypeId::kUInt16:
    case TypeId::kUInt32:
    case TypeId::kUInt64:
      return column.AppendUInt64(*part.AsUInt64());
    case TypeId::kInt8:
    case TypeId::kInt16:
    case TypeId::kInt32:
    case TypeId::kInt64:
      return column.AppendInt64(*part.AsInt64());
    default:
      return column.AppendBytes(part.bytes());
  }
}

// Those of one commit on one dataset.
absl::Status ApplyOps(std::span<WriteOp> ops, uint64_t sequence, WritableRows& rows) {
  const columnar::KeyCodec* const codec = rows.codec.has_value() ? &*rows.codec : nullptr;
  rows.steps.resize(ops.size());
  for (size_t i = 0; i < ops.size(); ++i) {
    RETURN_IF_ERROR(ToMemtableBatch(codec, std::move(ops[i]), &rows.steps[i]));
  }
  RETURN_IF_ERROR(rows.memtable->Apply(sequence, rows.steps));
  // The rows were copied; the steps keep nobody's buffers.
  for (size_t i = 0; i < ops.size(); ++i) ops[i].batch = std::move(rows.steps[i].rows);
  return absl::OkStatus();
}

}  // namespace

absl::Status ToMemtableBatch(const columnar::KeyCodec* codec, WriteOp op,
                             log::MemtableBatch* step) {
  if (codec != nullptr) RETURN_IF_ERROR(KeysOfOp(*codec, op, &step->keys));
  if (op.kind != WriteKind::kDelete) {
    step->rows = std::move(op.batch);
  } else if (!step->rows.columns().empty()) {
    step->rows = RecordBatch();
  }
  return absl::OkStatus();
}

absl::Status ApplyCommit(PreparedCommit& commit, uint64_t sequence, uint64_t log_number,
                         CurrentView& view) {
  if (commit.parts.size() > 1) view.NoteShared(sequence);
  for (size_t i = 0; i < commit.parts.size(); ++i) {
    WritableRows& rows = view.Writable(*commit.targets[i].dataset, log_number);
    RETURN_IF_ERROR(ApplyOps(commit.parts[i].ops, sequence, rows));
    view.Count(rows);
  }
  return absl::OkStatus();
}

absl::Status ApplyCommitsOfOneRow(RecordBatch rows, std::span<const uint64_t> sequences,
                                  const manifest::DatasetState& dataset, uint64_t log_number,
                                  CurrentView& view) {
  WritableRows& to = view.Writable(dataset, log_number);
  const columnar::KeyCodec* const codec = to.codec.has_value() ? &*to.codec : nullptr;
  to.steps.resize(1);
  const WriteKind kind = codec != nullptr ? WriteKind::kUpsert : WriteKind::kAppend;
  RETURN_IF_ERROR(ToMemtableBatch(codec, {kind, std::move(rows)}, &to.steps[0]));
  const absl::Status applied = to.memtable->ApplyEach(sequences, to.steps[0]);
  to.steps[0].rows = RecordBatch();  // the caller's memory
  RETURN_IF_ERROR(applied);
  view.Count(to);
  return absl::OkStatus();
}

void ShowCommits(StoreCore& core, uint64_t sequence, uint64_t log_number) {
  core.pins[0]->SetSequence(sequence);
  // Memory, or a share of the logs where commits are so small that these grow faster: recovery
  // reads them all.
  constexpr uint64_t kLogShare = 4;
  // Of those that another process left, memory has counted the rows.
  const uint64_t oldest = std::max(core.current()->oldest_log, core.first_log);
  const uint64_t logs = log_number > oldest ? log_number - oldest : 0;
  core.flushes->SetBytes(std::max(core.view->bytes(), logs * core.log_file_bytes / kLogShare));
}

namespace {

// The commit as the queue takes it, when the store takes commits now.
absl::StatusOr<log::CommitRequest> Admit(StoreCore& core, std::string_view body,
                                         std::shared_ptr<PreparedCommit> commit,
                                         const log::LogDurability& durability) {
  RETURN_IF_ERROR(core.publisher->BeginWriting());
  RETURN_IF_ERROR(core.flushes->Admit());
  // Without a thread to see to it, an interval is kept by not waiting for its end.
  const bool needs_thread = durability.kind == log::LogDurability::Kind::kGroup;
  const log::LogDurability kept =
      needs_thread && !core.sync_thread.Start() ? log::LogDurability{} : durability;
  return log::CommitRequest{
      .kind = kCommitRecord, .body = body, .durability = kept, .context = std::move(commit)};
}

}  // namespace

absl::StatusOr<log::CommitTicket> SubmitCommit(StoreCore& core, std::string_view body,
                                               std::shared_ptr<PreparedCommit> commit,
                                               const log::LogDurability& durability) {
  ASSIGN_OR_RETURN(log::CommitRequest request, Admit(core, body, std::move(commit), durability));
  return core.queue->Submit(std::move(request));
}

absl::StatusOr<uint64_t> CommitProven(StoreCore& core, std::string_view body,
                                      std::shared_ptr<PreparedCommit> commit,
                                      const log::LogDurability& durability,
                                      const std::function<absl::Status()>& prove) {
  ASSIGN_OR_RETURN(log::CommitRequest request, Admit(core, body, std::move(commit), durability));
  request.check = prove;
  ASSIGN_OR_RETURN(const log::CommitTicket ticket, core.queue->Submit(std::move(request)));
  RETURN_IF_ERROR(core.queue->Wait(ticket));
  return ticket.sequence();
}

absl::StatusOr<RecordBatch> BatchOfKeys(const columnar::KeyCodec& codec,
                                        const columnar::EncodedKeys& keys) {
  ASSIGN_OR_RETURN(Schema schema, Schema::Make(codec.fields()));
  RecordBatchBuilder builder(std::move(schema));
  for (size_t row = 0; row < keys.rows; ++row) {
    ASSIGN_OR_RETURN(const Key key, codec.Decode(keys.key(row)));
    const std::span<const Key> parts = key.parts();
    ASHLAR_CHECK(parts.size() == codec.fields().size());
    for (size_t part = 0; part < parts.size(); ++part) {
      RETURN_IF_ERROR(AppendPart(codec.fields()[part].type, parts[part], builder.column(part)));
    }
  }
  return builder.Finish();
}

absl::Status KeysOfOp(const columnar::KeyCodec& codec, const WriteOp& op,
                      columnar::EncodedKeys* keys) {
  if (op.kind != WriteKind::kDelete) return codec.EncodeBatch(op.batch, keys);
  std::vector<Column> columns;
  for (const Field& field : codec.fields()) {
    const std::optional<size_t> index = op.batch.schema().FindField(field.name);
    if (!index.has_value()) {
      return absl::DataLossError(base::StrCat("a delete without key field ", field.name));
    }
    columns.push_back(op.batch.column(*index));
  }
  ASSIGN_OR_RETURN(*keys, codec.EncodeColumns(columns));
  return absl::OkStatus();
}

}  // namespace ashlar::store
