// BatchEncoder: the form of each column, then its bytes; see batch_codec.h.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/batch_codec.h"
#include "src/columnar/batch_fields.h"
#include "src/columnar/batch_form.h"
#include "src/columnar/batch_node_writer.h"
#include "src/columnar/canonical.h"
#include "src/columnar/canonical_runs.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary_build.h"

namespace ashlar::columnar {
namespace {

uint64_t VarintBytes(uint64_t value) {
  uint64_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

// The one value, or the distinct values, of an encoded leaf: plain, without nulls.
uint8_t DictionaryForm(const ColumnData& data) { return PlainForm(*data.dictionary, false); }

uint64_t DictionaryBytes(const ColumnData& data) {
  const auto values = static_cast<uint64_t>(data.dictionary->length);
  return static_cast<uint64_t>(data.length) * data.code_width + VarintBytes(values) + 1 +
         PlainBytes(*data.dictionary, DictionaryForm(data));
}

// Bytes of the values that the codes stand for. Nulls are counted as value 0, which is as good a
// guess as any: the choice need only be the same each time.
uint64_t ExpandedBytes(const ColumnData& data) {
  if (!data.type.is_variable_size()) {
    return static_cast<uint64_t>(data.length) * static_cast<uint64_t>(data.type.byte_width());
  }
  const ColumnData& values = *data.dictionary;
  uint64_t bytes = static_cast<uint64_t>(data.length);  // lengths
  for (int64_t row = data.offset; row < data.offset + data.length; ++row) {
    bytes += LoadVariableBytes(values, values.offset + LoadCode(data, row)).size();
  }
  return bytes;
}

// Whether a dictionary column is worth keeping, and is one that readers accept.
bool KeepsDictionary(const ColumnData& data) {
  const ColumnData& values = *data.dictionary;
  if (values.length == 0 || values.length >= data.length) return false;
  if (!CanHaveDictionary(data.type) || values.offset != 0) return false;
  return DictionaryBytes(data) < ExpandedBytes(data) && IsSortedAndDistinct(values);
}

// Codes of the rows, 0 for nulls whatever the column holds there.
void WriteCodes(const ColumnData& data, bool has_nulls, base::ByteWriter& out) {
  const auto width = static_cast<size_t>(data.code_width);
  const std::span<const std::byte> codes = data.values.bytes().subspan(
      static_cast<size_t>(data.offset) * width, static_cast<size_t>(data.length) * width);
  if (!has_nulls) return out.PutBytes(codes);
  constexpr std::byte kZeros[sizeof(uint32_t)] = {};
  for (int64_t row = 0; row < data.length; ++row) {
    const bool null = !GetBit(data.validity.data(), data.offset + row);
    out.PutBytes(null ? std::span(kZeros).first(width)
                      : codes.subspan(static_cast<size_t>(row) * width, width));
  }
}

void WriteDictionary(const ColumnData& data, bool has_nulls, base::ByteWriter& out) {
  if (has_nulls) WriteBits(data.validity.data(), data.offset, data.length, out);
  WriteCodes(data, has_nulls, out);
  out.PutVarint64(static_cast<uint64_t>(data.dictionary->length));
  out.PutU8(DictionaryForm(data));
  WritePlain(*data.dictionary, DictionaryForm(data), out);
}

}  // namespace

absl::StatusOr<BatchEncoder> BatchEncoder::Make(const RecordBatch& batch) {
  BatchEncoder encoder;
  RETURN_IF_ERROR(encoder.Prepare(batch));
  return encoder;
}

absl::Status BatchEncoder::Prepare(const RecordBatch& batch) {
  ASHLAR_CHECK(size_ == 0);
  if (batch.rows() > base::kMaxCommitRows) {
    return absl::InvalidArgumentError(base::StrCat("a batch of ", batch.rows(),
                                                   " rows is too large for the commit log, which "
                                                   "takes ",
                                                   base::kMaxCommitRows));
  }
  const FieldOrder fields = FieldsById(batch.schema());
  header_.PutVarint64(static_cast<uint64_t>(batch.rows()));
  WriteFieldIds(batch.schema(), fields, header_);
  header_.PutU32(FieldsFingerprint(batch.schema(), fields));
  size_ = header_.size();
  parts_.reserve(fields.size());
  for (const uint32_t index : fields) RETURN_IF_ERROR(Add(batch.column(index)));
  return absl::OkStatus();
}

absl::Status BatchEncoder::Add(const Column& column) {
  const ColumnData& data = *column.data();
  const int64_t nulls = column.null_count();
  Part part{&column};
  if (data.length > 0 && nulls == data.length) {
    part.form = MakeForm(BatchForm::kNull, false, 1);
  } else if (data.encoding == Encoding::kConstant && data.length > 1) {
    const uint8_t value = DictionaryForm(data);
    part.form = MakeForm(BatchForm::kConstant, false, WidthOf(value));
    part.bytes = PlainBytes(*data.dictionary, value);
  } else if (data.encoding == Encoding::kDictionary && KeepsDictionary(data)) {
    part.form = MakeForm(BatchForm::kDictionary, nulls != 0, data.code_width);
    part.bytes = DictionaryBytes(data);
    if (nulls != 0) part.bytes += static_cast<uint64_t>(BitmapBytes(data.length));
  } else {
    if (!CanWriteInPlace(column)) {
      const ColumnPiece piece{&column, 0, column.length()};
      ASSIGN_OR_RETURN(part.made, MakeCanonical(column.type(), {&piece, 1}));
    }
    part.form = PlainForm(part.data(), nulls != 0);
    part.bytes = PlainBytes(part.data(), part.form);
  }
  if (part.form != 0) ++part.bytes;
  if (part.bytes > base::kMaxBufferBytes) {
    return absl::InvalidArgumentError(
        "a column of more than 2 GiB is too large for the commit log");
  }
  size_ += VarintBytes(2 * part.bytes) + part.bytes;
  parts_.push_back(std::move(part));
  return absl::OkStatus();
}

void BatchEncoder::WritePart(const Part& part, base::ByteWriter& out) {
  const ColumnData& data = part.data();
  out.PutVarint64(2 * part.bytes + (part.form != 0 ? 1 : 0));
  if (part.form != 0) out.PutU8(part.form);
  switch (FormKind(part.form)) {
    case BatchForm::kPlain:
      return WritePlain(data, part.form, out);
    case BatchForm::kNull:
      return;
    case BatchForm::kConstant:
      return WritePlain(*data.dictionary, DictionaryForm(data), out);
    case BatchForm::kDictionary:
      return WriteDictionary(data, HasValidity(part.form), out);
  }
}

void BatchEncoder::Write(base::ByteWriter& out) const {
  const size_t begin = out.size();
  out.Reserve(size_);
  out.PutBytes(header_.bytes());
  for (const Part& part : parts_) WritePart(part, out);
  ASHLAR_CHECK(out.size() - begin == size_);
}

}  // namespace ashlar::columnar
