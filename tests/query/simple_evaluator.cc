// MakeEvaluator for tests of what moves rows: columns, int64 literals, + and <.
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/evaluator.h"

namespace ashlar::query {
namespace {

class SimpleEvaluator final : public Evaluator {
 public:
  explicit SimpleEvaluator(BoundPtr expression) : expression_(std::move(expression)) {
    for (const BoundPtr& arg : expression_->args) args_.emplace_back(MakeEvaluator(arg, {}));
  }

  absl::Status BeginMorsel(Morsel& morsel) override {
    morsel_ = &morsel;
    for (const auto& arg : args_) RETURN_IF_ERROR(arg->BeginMorsel(morsel));
    return absl::OkStatus();
  }

  absl::Status Filter(const ZoneRange& zone, Bits* selection) override {
    const auto values = std::make_unique<Vector>();
    RETURN_IF_ERROR(Evaluate(zone, *selection, values.get()));
    ForEachRow(Bits(*selection), [&](int64_t row) {
      if (values->IsNull(row) || !values->bits.Get(row)) selection->Clear(row);
    });
    return absl::OkStatus();
  }

  absl::Status Evaluate(const ZoneRange& zone, const Bits& selection, Vector* out) override {
    out->physical = expression_->physical;
    out->valid = selection;
    out->has_nulls = true;
    out->constant = false;
    out->int64 = out->words.data();
    out->uint64 = reinterpret_cast<const uint64_t*>(out->words.data());
    out->real = reinterpret_cast<const double*>(out->words.data());
    out->bytes = out->views.data();
    if (expression_->op == Op::kInput) return Load(zone, selection, out);
    if (expression_->op == Op::kLiteral) {
      out->constant = true;
      out->has_nulls = false;
      out->words[0] = expression_->literal.int64;
      return absl::OkStatus();
    }
    return Compute(zone, selection, out);
  }

 private:
  absl::Status Load(const ZoneRange& zone, const Bits& selection, Vector* out) {
    ASSIGN_OR_RETURN(const Column column, morsel_->Read(expression_->input));
    out->nested = column;
    out->first_row = zone.first_row;
    const DataType& type = column.type();
    ForEachRow(selection, [&](int64_t row) {
      const int64_t at = zone.first_row + row;
      const auto slot = static_cast<size_t>(row);
      if (column.IsNull(at)) return out->valid.Clear(row);
      switch (expression_->physical) {
        case Physical::kBool:
          out->bits.Clear(row);
          if (column.GetBool(at)) out->bits.Set(row);
          break;
        case Physical::kInt64:
          out->words[slot] = column.GetInt64(at);
          break;
        case Physical::kUInt64:
          out->words[slot] = static_cast<int64_t>(column.GetUInt64(at));
          break;
        case Physical::kDouble:
          out->words[slot] = std::bit_cast<int64_t>(column.GetDouble(at));
          break;
        case Physical::kBytes:
          out->views[slot] = column.GetBytes(at);
          break;
        default:
          ASHLAR_CHECK(type.is_nested() || type.id() == TypeId::kFixedSizeList);
      }
    });
    return absl::OkStatus();
  }

  absl::Status Compute(const ZoneRange& zone, const Bits& selection, Vector* out) {
    std::vector<std::unique_ptr<Vector>> values;
    for (const auto& arg : args_) {
      values.push_back(std::make_unique<Vector>());
      RETURN_IF_ERROR(arg->Evaluate(zone, selection, values.back().get()));
    }
    ForEachRow(selection, [&](int64_t row) {
      int64_t sides[2] = {};
      for (size_t i = 0; i < 2; ++i) {
        const int64_t slot = values[i]->constant ? 0 : row;
        if (values[i]->IsNull(slot)) return out->valid.Clear(row);
        sides[i] = values[i]->int64[slot];
      }
      out->bits.Clear(row);
      if (expression_->op == Op::kLess && sides[0] < sides[1]) out->bits.Set(row);
      out->words[static_cast<size_t>(row)] = sides[0] + sides[1];
    });
    return absl::OkStatus();
  }

  const BoundPtr expression_;
  std::vector<std::unique_ptr<Evaluator>> args_;
  Morsel* morsel_ = nullptr;
};

}  // namespace

std::unique_ptr<Evaluator> MakeEvaluator(BoundPtr expression, BackEnd back_end) {
  (void)back_end;
  return std::make_unique<SimpleEvaluator>(std::move(expression));
}

}  // namespace ashlar::query
