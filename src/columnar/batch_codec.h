// The bytes of a record batch in the commit log (docs/FORMAT.md, "Batches in the commit log").
//
// Owns: encoding and hostile-safe decoding of rows without their schema, which both sides know.
// Does not own: checksums and framing (src/log), nor what becomes of the rows
// (store/commit_record.h). Why not the segment's form: commits are mostly single rows, so nothing
// here is padded or aligned, and a column costs a byte or two beside its values; the buffers of
// large batches are copied whole.
//
// Columns are named by field id, so bytes outlive changes of the schema: a field that was added
// since is null, one that was dropped is skipped. A batch may carry any subset of a dataset's
// fields.
#ifndef ASHLAR_SRC_COLUMNAR_BATCH_CODEC_H_
#define ASHLAR_SRC_COLUMNAR_BATCH_CODEC_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/coding.h"

namespace ashlar::columnar {

// A batch made ready: its size is known before a byte is written, which decides whether it belongs
// in the commit log at all. Refers to the batch, which must outlive it. Not thread-safe. A batch of
// one row allocates nothing here.
//
// The bytes depend on the batch alone. Leaves that come constant stay so; a dictionary stays where
// it takes fewer bytes than the values; everything else is plain. Nested columns are plain
// throughout.
class BatchEncoder {
 public:
  BatchEncoder() = default;  // of nothing yet
  // InvalidArgument: more than base::kMaxCommitRows rows, or a column of more than 2 GiB. The
  // batch's columns must be sound (Column::Validate) and its fields have ids.
  [[nodiscard]] static absl::StatusOr<BatchEncoder> Make(const RecordBatch& batch);
  // The same in place, of an encoder that is new.
  [[nodiscard]] absl::Status Prepare(const RecordBatch& batch);

  [[nodiscard]] uint64_t size() const { return size_; }
  // Appends exactly size() bytes.
  void Write(base::ByteWriter& out) const;

 private:
  // A column in the form that is written; `bytes` are those of form and values.
  struct Part {
    const Column* given = nullptr;  // of the batch
    Column made = {};               // in its place, where it has data
    uint8_t form = 0;
    uint64_t bytes = 0;
    [[nodiscard]] const ColumnData& data() const {
      return made.data() != nullptr ? *made.data() : *given->data();
    }
  };

  [[nodiscard]] absl::Status Add(const Column& column);
  static void WritePart(const Part& part, base::ByteWriter& out);

  base::ByteWriter header_;
  absl::InlinedVector<Part, 4> parts_;  // ascending by field id
  uint64_t size_ = 0;
};

// What to do with fields of the schema that the bytes do not carry.
enum class AbsentFields : uint8_t {
  kBecomeNull,  // whole rows of a dataset whose schema has grown
  kAreLeftOut,  // keys of deletes, columns of updates: the batch has fewer fields than the schema
};

// Takes one batch from where `in` stands; bytes behind it are left. The result passes
// Column::Validate and RecordBatch::Make, and shares nothing with the bytes. Memory is in
// proportion to the bytes, the schema and four bytes for each of `max_rows`, which must be at most
// base::kMaxCommitRows.
// DataLoss through the reader's context: malformed bytes, more rows than `max_rows`, fields of
// other types than the schema's, a required field that is absent (kBecomeNull) or null.
[[nodiscard]] absl::StatusOr<RecordBatch> DecodeBatch(base::ByteReader& in, const Schema& schema,
                                                      AbsentFields absent, int64_t max_rows);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BATCH_CODEC_H_
