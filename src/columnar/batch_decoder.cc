// DecodeBatch: which columns the bytes carry, then one after the other; see batch_codec.h.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/batch_codec.h"
#include "src/columnar/batch_fields.h"
#include "src/columnar/batch_form.h"
#include "src/columnar/batch_node_reader.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary_build.h"
#include "src/columnar/null_column.h"

namespace ashlar::columnar {
namespace {

// Room for the buffers of one row, whose values are mostly smaller than their alignment: the
// offsets and the values of a column.
size_t OneRowBytes(const Schema& schema) {
  return std::clamp<size_t>(schema.size(), 1, 1024) * 2 * base::kBufferAlignment;
}

class BatchDecoder {
 public:
  BatchDecoder(base::ByteReader& in, const Schema& schema, int64_t rows)
      : in_(in),
        schema_(schema),
        rows_(rows),
        arena_(OneRowBytes(schema)),
        nodes_(in, arena_),
        nulls_(rows),
        columns_(schema.size()) {}

  // Columns by their index in the schema; fields that the bytes do not carry have none.
  std::vector<Column> Read() {
    const std::vector<uint32_t> ids = ReadFieldIds(in_);
    const uint32_t fingerprint = in_.ReadU32();
    std::vector<std::optional<uint32_t>> targets = MatchFields(ids, fingerprint);
    for (size_t i = 0; i < targets.size() && in_.ok(); ++i) ReadPart(targets[i]);
    return std::move(columns_);
  }

  // Puts nulls where a column is missing.
  void FillAbsent(std::vector<Column>* columns) {
    for (size_t i = 0; i < columns->size(); ++i) {
      if ((*columns)[i].data() != nullptr) continue;
      (*columns)[i] = nulls_.Make(schema_.field(i).type);
    }
  }

 private:
  // The field of each id; none where it was dropped. Where all are there, their types are proven.
  std::vector<std::optional<uint32_t>> MatchFields(const std::vector<uint32_t>& ids,
                                                   uint32_t fingerprint) {
    const FieldOrder order = FieldsById(schema_);
    std::vector<std::optional<uint32_t>> targets;
    std::vector<uint32_t> carried;
    targets.reserve(ids.size());
    carried.reserve(ids.size());
    auto next = order.begin();
    for (const uint32_t id : ids) {
      while (next != order.end() && schema_.field(*next).id < id) ++next;
      const bool known = next != order.end() && schema_.field(*next).id == id;
      targets.push_back(known ? std::optional(*next) : std::nullopt);
      if (known) carried.push_back(*next);
    }
    if (in_.ok() && carried.size() == ids.size() &&
        FieldsFingerprint(schema_, carried) != fingerprint) {
      in_.Fail("a batch of fields that this schema has not");
    }
    return targets;
  }

  void ReadPart(std::optional<uint32_t> target) {
    const uint64_t word = in_.ReadVarint64();
    const uint64_t bytes = word / 2;
    if (bytes > in_.remaining()) in_.Fail("a column longer than what is left");
    if (!target.has_value()) (void)in_.ReadBytes(bytes);
    if (!target.has_value() || !in_.ok()) return;
    const uint64_t begin = in_.offset();
    const uint8_t form = (word & 1) != 0 ? in_.ReadU8() : 0;
    if ((word & 1) != 0 && form == 0) in_.Fail("a form that goes without saying");
    std::shared_ptr<const ColumnData> column = ReadForm(schema_.field(*target).type, form);
    if (column != nullptr && in_.offset() - begin != bytes) {
      in_.Fail("a column that is not as long as its bytes");
    }
    columns_[*target] = Column(std::move(column));
  }

  std::shared_ptr<const ColumnData> ReadForm(const DataType& type, uint8_t form) {
    if (!in_.ok()) return nullptr;
    switch (FormKind(form)) {
      case BatchForm::kPlain:
        return nodes_.ReadPlain(type, rows_, form);
      case BatchForm::kNull:
        return ReadNull(type, form);
      case BatchForm::kConstant:
        return ReadConstant(type, form);
      case BatchForm::kDictionary:
        return ReadDictionary(type, form);
    }
    return nullptr;
  }

  std::shared_ptr<const ColumnData> Refuse(std::string_view what) {
    in_.Fail(what);
    return nullptr;
  }

  std::shared_ptr<const ColumnData> ReadNull(const DataType& type, uint8_t form) {
    if (form != MakeForm(BatchForm::kNull, false, 1) || rows_ == 0) {
      return Refuse("a form that its type cannot have");
    }
    return nulls_.Make(type).data();
  }

  std::shared_ptr<const ColumnData> ReadConstant(const DataType& type, uint8_t form) {
    if (!type.fields().empty() || HasValidity(form) || rows_ < 2) {
      return Refuse("a form that its type cannot have");
    }
    std::shared_ptr<ColumnData> value = nodes_.ReadPlain(type, 1, form);
    if (value == nullptr) return nullptr;
    return Encoded(type, Encoding::kConstant, std::move(value));
  }

  std::shared_ptr<ColumnData> Encoded(const DataType& type, Encoding encoding,
                                      std::shared_ptr<const ColumnData> dictionary) {
    auto column = std::make_shared<ColumnData>();
    column->type = type;
    column->encoding = encoding;
    column->length = rows_;
    column->dictionary = std::move(dictionary);
    return column;
  }

  std::shared_ptr<const ColumnData> ReadDictionary(const DataType& type, uint8_t form) {
    if (!CanHaveDictionary(type) || (form & ~kFormKnownBits) != 0 ||
        WidthOf(form) > sizeof(uint32_t)) {
      return Refuse("a form that its type cannot have");
    }
    std::shared_ptr<ColumnData> column = Encoded(type, Encoding::kDictionary, nullptr);
    nodes_.ReadValidity(form, column.get());
    column->code_width = static_cast<uint8_t>(WidthOf(form));
    column->values = arena_.Copy(in_.ReadBytes(static_cast<uint64_t>(rows_) * column->code_width));
    // A value takes no byte where it is an empty text, but its length does.
    const uint64_t values = in_.ReadCount(static_cast<uint64_t>(rows_), /*min_bytes_each=*/1);
    const uint8_t value_form = in_.ReadU8();
    if (!in_.ok()) return nullptr;
    if (values == 0 || FormKind(value_form) != BatchForm::kPlain || HasValidity(value_form)) {
      return Refuse("a dictionary that is none");
    }
    column->dictionary = nodes_.ReadPlain(type, static_cast<int64_t>(values), value_form);
    if (column->dictionary == nullptr) return nullptr;
    if (!IsSortedAndDistinct(*column->dictionary)) return Refuse("a dictionary out of order");
    if (!CodesAreBelow(*column, values)) return Refuse("a code beyond the dictionary");
    return column;
  }

  static bool CodesAreBelow(const ColumnData& column, uint64_t count) {
    bool below = true;
    for (int64_t row = 0; row < column.length; ++row) below &= LoadCode(column, row) < count;
    return below;
  }

  base::ByteReader& in_;
  const Schema& schema_;
  const int64_t rows_;
  BufferArena arena_;
  BatchNodeReader nodes_;
  NullColumns nulls_;
  std::vector<Column> columns_;
};

// The fields of `schema` that have a column, and those columns.
absl::StatusOr<Schema> TakeCarried(const Schema& schema, std::vector<Column>* columns) {
  const auto is_there = [](const Column& column) { return column.data() != nullptr; };
  if (std::ranges::all_of(*columns, is_there)) return schema;
  std::vector<Field> fields;
  std::vector<Column> carried;
  for (size_t i = 0; i < columns->size(); ++i) {
    if (!is_there((*columns)[i])) continue;
    fields.push_back(schema.field(i));
    carried.push_back(std::move((*columns)[i]));
  }
  *columns = std::move(carried);
  return Schema::Make(std::move(fields));
}

}  // namespace

absl::StatusOr<RecordBatch> DecodeBatch(base::ByteReader& in, const Schema& schema,
                                        AbsentFields absent, int64_t max_rows) {
  ASHLAR_CHECK(max_rows >= 0 && max_rows <= base::kMaxCommitRows);
  const uint64_t rows = in.ReadVarint64();
  if (rows > static_cast<uint64_t>(max_rows)) {
    in.Fail(base::StrCat("a batch of ", rows, " rows where at most ", max_rows, " may be"));
  }
  if (!in.ok()) return in.status();
  BatchDecoder decoder(in, schema, static_cast<int64_t>(rows));
  std::vector<Column> columns = decoder.Read();
  if (!in.ok()) return in.status();
  if (absent == AbsentFields::kBecomeNull) decoder.FillAbsent(&columns);
  absl::StatusOr<Schema> carried = TakeCarried(schema, &columns);
  ASHLAR_CHECK_OK(carried.status());
  absl::StatusOr<RecordBatch> batch = RecordBatch::Make(*std::move(carried), std::move(columns));
  if (batch.ok()) return batch;
  in.Fail(base::StrCat(batch.status().message()));
  return in.status();
}

}  // namespace ashlar::columnar
