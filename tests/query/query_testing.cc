// Bound expressions, columns in every form, and sinks fed by hand.
#include "tests/query/query_testing.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/json_value.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::query {

std::vector<Input> InputsOf(const Schema& schema) {
  std::vector<Input> inputs;
  for (size_t i = 0; i < schema.size(); ++i) inputs.push_back({i, {}, schema.field(i).type});
  return inputs;
}

BoundPtr InputExpression(size_t slot, const DataType& type) {
  auto bound = std::make_shared<BoundExpression>();
  bound->op = Op::kInput;
  bound->type = type;
  const bool is_bytes = type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary;
  const bool is_nested = type.is_nested() || type.id() == TypeId::kFixedSizeList;
  bound->physical = is_nested                    ? Physical::kNested
                    : is_bytes                   ? Physical::kBytes
                    : type.is_floating()         ? Physical::kDouble
                    : type.is_unsigned_integer() ? Physical::kUInt64
                    : type.id() == TypeId::kBool ? Physical::kBool
                                                 : Physical::kInt64;
  bound->input = slot;
  return bound;
}

std::vector<BoundPtr> OutputsOf(const Schema& schema) {
  std::vector<BoundPtr> outputs;
  for (size_t i = 0; i < schema.size(); ++i) {
    outputs.push_back(InputExpression(i, schema.field(i).type));
  }
  return outputs;
}

BoundPtr Combine(Op op, DataType type, BoundPtr left, BoundPtr right) {
  auto bound = std::make_shared<BoundExpression>();
  bound->op = op;
  bound->physical = type.id() == TypeId::kBool ? Physical::kBool : left->physical;
  bound->type = std::move(type);
  bound->args = {std::move(left), std::move(right)};
  return bound;
}

BoundPtr Int64Literal(int64_t value) {
  auto bound = std::make_shared<BoundExpression>();
  bound->type = Int64();
  bound->physical = Physical::kInt64;
  bound->literal.is_null = false;
  bound->literal.int64 = value;
  return bound;
}

Column RandomForm(const DataType& type, int64_t rows, base::Random& random) {
  const uint64_t distinct = random.OneIn(5) ? 1 : 1 + random.Uniform(40);
  const Column plain = columnar::RandomColumn(type, rows, random.OneIn(2), distinct, random);
  switch (random.Uniform(5)) {
    case 0:
      return columnar::WithDictionaries(plain, random);
    case 1:
      return columnar::ChooseEncoding(plain);
    case 2:
      return columnar::WithGarbageInNulls(plain, random);
    case 3: {
      const auto before = static_cast<int64_t>(random.Uniform(70));
      const Column more = columnar::RandomColumn(type, before + rows, true, distinct, random);
      const Column encoded = random.OneIn(2) ? columnar::WithDictionaries(more, random) : more;
      return encoded.Slice(before, rows).value();
    }
    default:
      return columnar::AtAnotherOffset(plain, random);
  }
}

RecordBatch RandomForms(const std::vector<DataType>& types, int64_t rows, base::Random& random) {
  std::vector<Field> fields;
  std::vector<Column> columns;
  for (const DataType& type : types) {
    fields.push_back({base::StrCat('c', fields.size()), type});
    columns.push_back(RandomForm(type, rows, random));
  }
  return RecordBatch::Make(Schema::Make(std::move(fields)).value(), std::move(columns)).value();
}

std::vector<RecordBatch> Cut(const RecordBatch& batch, base::Random& random, uint64_t max_rows) {
  std::vector<RecordBatch> pieces;
  for (int64_t begin = 0; begin < batch.rows();) {
    const auto wanted = static_cast<int64_t>(random.Uniform(max_rows + 1));
    const int64_t rows = std::min(wanted, batch.rows() - begin);
    pieces.push_back(batch.Slice(begin, rows).value());
    begin += rows;
  }
  return pieces;
}

std::string RowText(const RecordBatch& batch, int64_t row) {
  std::string text;
  columnar::AppendJsonRow(batch, row, &text, {.include_nulls = true});
  return text;
}

std::vector<std::string> RowTexts(const RecordBatch& batch) {
  std::vector<std::string> texts;
  for (int64_t row = 0; row < batch.rows(); ++row) texts.push_back(RowText(batch, row));
  return texts;
}

std::vector<std::string> RowTexts(BatchReader& reader) {
  std::vector<std::string> texts;
  RecordBatch batch;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(&batch);
    ASHLAR_CHECK_OK(more.status());
    if (!*more) return texts;
    for (const Column& column : batch.columns()) ASHLAR_CHECK_OK(column.Validate());
    for (std::string& text : RowTexts(batch)) texts.push_back(std::move(text));
  }
}

std::vector<bool> RandomSelection(int64_t rows, base::Random& random) {
  std::vector<bool> selection(static_cast<size_t>(rows));
  // Stretches of all, none, and some: zones that are whole, empty and sparse.
  for (size_t begin = 0; begin < selection.size();) {
    const size_t length = std::min<size_t>(1 + random.Uniform(3000), selection.size() - begin);
    const uint64_t kind = random.Uniform(4);
    for (size_t i = begin; i < begin + length; ++i) {
      selection[i] = kind == 0 || (kind == 1 && random.OneIn(2)) || (kind == 2 && random.OneIn(50));
    }
    begin += length;
  }
  return selection;
}

absl::Status Feed(const Source& source, const std::vector<Input>& inputs,
                  const std::vector<bool>& selection, base::Random& random,
                  SourceCounters* counters, Sink& sink) {
  std::unique_ptr<SinkPart> part;
  int64_t first = 0;
  for (size_t index = 0; index < source.morsels(); ++index) {
    if (part != nullptr && random.OneIn(3)) RETURN_IF_ERROR(sink.Merge(std::move(part)));
    if (part == nullptr) {
      ASSIGN_OR_RETURN(part, sink.NewPart());
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<Morsel> morsel, source.Open(index, inputs, counters));
    RETURN_IF_ERROR(part->BeginMorsel(*morsel, index));
    absl::Status status;
    ForEachZone(morsel->rows(), selection, first, [&](const ZoneRange& zone, const Bits& bits) {
      if (status.ok()) status = part->Consume(zone, bits, bits.Count());
    });
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(part->EndMorsel());
    first += morsel->rows();
  }
  return part == nullptr ? absl::OkStatus() : sink.Merge(std::move(part));
}

}  // namespace ashlar::query
