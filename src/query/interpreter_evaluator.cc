// The interpreter as an Evaluator: zone by zone into vectors.
#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/query/interpreter.h"

namespace ashlar::query {
namespace {

// Rows of a nested result, gathered from wherever they lie.
absl::StatusOr<Column> GatherNested(const DataType& type, const std::vector<Datum>& values) {
  ColumnBuilder builder(type);
  builder.AppendNull();
  const Column null = builder.Finish();
  std::vector<columnar::ColumnPiece> pieces;
  for (const Datum& value : values) {
    pieces.push_back(value.is_null ? columnar::ColumnPiece{&null, 0, 1}
                                   : columnar::ColumnPiece{value.nested, value.row, 1});
  }
  return columnar::MakeCanonical(type, pieces);
}

// Puts values into a vector's own memory.
class VectorWriter {
 public:
  VectorWriter(Physical physical, Vector* out) : out_(out) {
    out->physical = physical;
    out->has_nulls = true;
    out->constant = false;
    out->valid = Bits();
    out->bits = Bits();
    out->owned.clear();
    out->nested = Column();
    out->first_row = 0;
    out->words.fill(0);
    out->views.fill({});
    out->int64 = out->words.data();
    out->uint64 = reinterpret_cast<const uint64_t*>(out->words.data());
    out->real = nullptr;
    out->bytes = out->views.data();
    if (physical == Physical::kDouble)
      out->real = reinterpret_cast<const double*>(out->words.data());
  }

  void Write(int64_t row, const Datum& value) {
    if (value.is_null) return;
    out_->valid.Set(row);
    const auto slot = static_cast<size_t>(row);
    switch (value.physical) {
      case Physical::kBool:
        if (value.boolean) out_->bits.Set(row);
        break;
      case Physical::kInt64:
        out_->words[slot] = value.int64;
        break;
      case Physical::kUInt64:
        out_->words[slot] = static_cast<int64_t>(value.uint64);
        break;
      case Physical::kDouble:
        out_->words[slot] = std::bit_cast<int64_t>(value.real);
        break;
      case Physical::kBytes:
        out_->views[slot] = out_->owned.emplace_back(value.bytes);
        break;
      default:
        break;  // nested values are gathered
    }
  }

 private:
  Vector* const out_;
};

class InterpreterEvaluator final : public Evaluator {
 public:
  explicit InterpreterEvaluator(BoundPtr expression) : expression_(std::move(expression)) {}

  absl::Status BeginMorsel(Morsel& morsel) override {
    interpreter_.BeginMorsel(morsel);
    return absl::OkStatus();
  }

  absl::Status Filter(const ZoneRange& zone, Bits* selection) override {
    const Bits selected = *selection;
    absl::Status status;
    ForEachRow(selected, [&](int64_t row) {
      if (!status.ok()) return;
      const auto value = interpreter_.Evaluate(*expression_, zone.first_row + row);
      if (!value.ok()) {
        status = value.status();
      } else if (!value->is_true()) {
        selection->Clear(row);
      }
    });
    return status;
  }

  absl::Status Evaluate(const ZoneRange& zone, const Bits& selection, Vector* out) override {
    VectorWriter writer(expression_->physical, out);
    const bool nested = expression_->physical == Physical::kNested;
    std::vector<Datum> rows(nested ? static_cast<size_t>(zone.rows) : 0);
    absl::Status status;
    ForEachRow(selection, [&](int64_t row) {
      if (!status.ok()) return;
      const auto value = interpreter_.Evaluate(*expression_, zone.first_row + row);
      if (!value.ok()) {
        status = value.status();
        return;
      }
      writer.Write(row, *value);
      if (nested) rows[static_cast<size_t>(row)] = *value;
    });
    RETURN_IF_ERROR(status);
    if (nested) {
      ASSIGN_OR_RETURN(out->nested, GatherNested(expression_->type, rows));
    }
    return absl::OkStatus();
  }

 private:
  const BoundPtr expression_;
  RowInterpreter interpreter_;
};

}  // namespace

std::unique_ptr<Evaluator> MakeInterpreter(BoundPtr expression) {
  ASHLAR_CHECK(expression != nullptr);
  return std::make_unique<InterpreterEvaluator>(std::move(expression));
}

}  // namespace ashlar::query
