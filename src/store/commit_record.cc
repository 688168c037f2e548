// Commits to bytes and back; see the header. The part of a dataset says how long it is, so that a
// reader passes over what it has no schema for.
#include "src/store/commit_record.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/batch_codec.h"

namespace ashlar::store {
namespace {

constexpr uint8_t kVersion = 1;
// A dataset id, a length, and an operation: a kind and a batch of one column of no bytes.
constexpr uint64_t kMinPartBytes = 12;

absl::Status TooNew(std::string_view context, std::string_view what, uint64_t value,
                    uint64_t offset) {
  return absl::UnimplementedError(base::StrCat(context, ": ", what, " ", value, " at offset ",
                                               offset, " is too new for this program"));
}

struct EncodedOp {
  WriteKind kind = WriteKind::kAppend;
  columnar::BatchEncoder batch;
};

absl::Status EncodePart(const DatasetOps& dataset, int64_t* rows_left, base::ByteWriter& out) {
  ASHLAR_CHECK(!dataset.ops.empty());
  absl::InlinedVector<EncodedOp, 1> ops;
  ops.reserve(dataset.ops.size());
  uint64_t bytes = 0;
  for (const WriteOp& op : dataset.ops) {
    ASHLAR_CHECK(op.batch.schema().size() > 0);
    if (op.batch.rows() > *rows_left) {
      return absl::InvalidArgumentError(base::StrCat("a commit of more than ", base::kMaxCommitRows,
                                                     " rows is too large for the commit log"));
    }
    *rows_left -= op.batch.rows();
    EncodedOp& encoded = ops.emplace_back();
    encoded.kind = op.kind;
    RETURN_IF_ERROR(encoded.batch.Prepare(op.batch));
    bytes += 1 + encoded.batch.size();
  }
  constexpr uint64_t kMostVarintBytes = 10;
  out.Reserve(bytes + 2 * kMostVarintBytes);
  out.PutVarint64(dataset.dataset_id);
  out.PutVarint64(bytes);
  for (const EncodedOp& op : ops) {
    out.PutU8(static_cast<uint8_t>(op.kind));
    op.batch.Write(out);
  }
  return absl::OkStatus();
}

class CommitDecoder {
 public:
  CommitDecoder(base::ByteReader& in, std::string_view context) : in_(in), context_(context) {}

  absl::StatusOr<std::vector<DatasetOps>> Read(const SchemaLookup& schema_of) {
    std::vector<DatasetOps> datasets;
    const uint64_t count = in_.ReadCount(UINT64_MAX, kMinPartBytes);
    uint64_t previous = 0;
    for (uint64_t i = 0; i < count && in_.ok(); ++i) {
      const uint64_t id = in_.ReadVarint64();
      const uint64_t bytes = in_.ReadVarint64();
      if (i > 0 && id <= previous) in_.Fail("datasets do not ascend");
      if (bytes > in_.remaining()) in_.Fail("a part longer than what is left");
      if (!in_.ok()) break;
      previous = id;
      const std::optional<Schema> schema = schema_of(id);
      if (!schema.has_value()) {
        (void)in_.ReadBytes(bytes);
        continue;
      }
      datasets.push_back({id, {}});
      RETURN_IF_ERROR(ReadPart(*schema, bytes, &datasets.back()));
    }
    RETURN_IF_ERROR(in_.Finish());
    return datasets;
  }

 private:
  absl::Status ReadPart(const Schema& schema, uint64_t bytes, DatasetOps* part) {
    const uint64_t end = in_.offset() + bytes;
    if (bytes == 0) in_.Fail("a dataset without an operation");
    while (in_.ok() && in_.offset() < end) RETURN_IF_ERROR(ReadOp(schema, part));
    if (in_.offset() > end) in_.Fail("operations longer than their part");
    return in_.status();
  }

  absl::Status ReadOp(const Schema& schema, DatasetOps* part) {
    const uint64_t offset = in_.offset();
    const uint8_t kind = in_.ReadU8();
    if (kind == 0) in_.Fail("an operation of no kind");
    if (!in_.ok()) return in_.status();
    if (kind > static_cast<uint8_t>(WriteKind::kDelete)) {
      return TooNew(context_, "an operation of kind", kind, offset);
    }
    WriteOp op{static_cast<WriteKind>(kind), {}};
    const bool keys_only = op.kind == WriteKind::kDelete;
    ASSIGN_OR_RETURN(op.batch,
                     columnar::DecodeBatch(in_, schema,
                                           keys_only ? columnar::AbsentFields::kAreLeftOut
                                                     : columnar::AbsentFields::kBecomeNull,
                                           rows_left_));
    if (op.batch.columns().empty()) in_.Fail("a delete without keys");
    rows_left_ -= op.batch.rows();
    part->ops.push_back(std::move(op));
    return in_.status();
  }

  base::ByteReader& in_;
  const std::string_view context_;
  int64_t rows_left_ = base::kMaxCommitRows;
};

}  // namespace

absl::StatusOr<std::string> EncodeCommit(std::span<const DatasetOps> datasets) {
  base::ByteWriter out;
  out.PutU8(kVersion);
  out.PutVarint64(datasets.size());
  int64_t rows_left = base::kMaxCommitRows;
  for (size_t i = 0; i < datasets.size(); ++i) {
    ASHLAR_CHECK(i == 0 || datasets[i - 1].dataset_id < datasets[i].dataset_id);
    RETURN_IF_ERROR(EncodePart(datasets[i], &rows_left, out));
  }
  return out.Take();
}

std::optional<SingleOp> FindSingleOp(std::span<const std::byte> bytes) {
  base::ByteReader in(bytes, "a commit");
  const bool known = in.ReadU8() == kVersion && in.ReadVarint64() == 1;
  if (!known) return std::nullopt;
  SingleOp op;
  op.dataset_id = in.ReadVarint64();
  const uint64_t bytes_of_op = in.ReadVarint64();
  if (bytes_of_op != in.remaining()) return std::nullopt;
  const uint8_t kind = in.ReadU8();
  if (!in.ok() || kind == 0 || kind > static_cast<uint8_t>(WriteKind::kDelete)) return std::nullopt;
  op.kind = static_cast<WriteKind>(kind);
  op.batch = in.ReadBytes(in.remaining());
  return op;
}

absl::StatusOr<std::vector<DatasetOps>> DecodeCommit(std::span<const std::byte> bytes,
                                                     const SchemaLookup& schema_of,
                                                     std::string_view context,
                                                     uint64_t base_offset) {
  base::ByteReader in(bytes, context, base_offset);
  const uint8_t version = in.ReadU8();
  if (in.ok() && version == 0) in.Fail("a commit of no version");
  if (!in.ok()) return in.status();
  if (version > kVersion) return TooNew(context, "a commit of version", version, base_offset);
  return CommitDecoder(in, context).Read(schema_of);
}

}  // namespace ashlar::store
