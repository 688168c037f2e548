// Expressions over dictionary values: a dictionary is a morsel of one column. See the header.
#include "src/query/value_table.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::query {
namespace {

class ValuesMorsel final : public Morsel {
 public:
  ValuesMorsel(size_t slot, const Column& values) : slot_(slot), values_(values) {}
  int64_t rows() const override { return values_.length(); }
  absl::StatusOr<Column> Read(size_t slot) override {
    ASHLAR_CHECK(slot == slot_);
    return values_;
  }

 private:
  const size_t slot_;
  const Column& values_;
};

Column OneNull(const DataType& type) {
  ColumnBuilder builder(type);
  builder.AppendNull();
  return builder.Finish();
}

}  // namespace

absl::StatusOr<bool> ValueTable::Fill(ProgramNode* node, size_t slot, const Column& values) {
  *this = ValueTable();
  ASSIGN_OR_RETURN(bool sure, Append(node, slot, values));
  if (sure) {
    ASSIGN_OR_RETURN(sure, Append(node, slot, OneNull(values.type())));
  }
  if (!sure) {
    *this = ValueTable();
    return false;
  }
  std::vector<uint8_t> null(valid_.size() - 1);
  for (size_t code = 0; code < null.size(); ++code) null[code] = valid_[code] == 0 ? 1 : 0;
  has_null_codes_ = std::find(null.begin(), null.end(), 1) != null.end();
  if (node->physical() == Physical::kBool) {
    true_codes_ = CodeSet({truth_.begin(), truth_.end() - 1});
    null_codes_ = CodeSet(std::move(null));
  }
  return true;
}

absl::StatusOr<bool> ValueTable::Append(ProgramNode* node, size_t slot, const Column& values) {
  ValuesMorsel morsel(slot, values);
  node->BeginMorsel(&morsel);
  const auto out = std::make_unique<Vector>();
  for (int64_t row = 0; row < values.length(); row += kZoneRows) {
    const int64_t rows = std::min(kZoneRows, values.length() - row);
    ZoneTask zone{{row, rows}};
    RETURN_IF_ERROR(node->Evaluate(&zone, Bits::FirstRows(rows), out.get()));
    if (zone.doubtful) return false;
    AppendZone(node->physical(), *out, rows);
  }
  return true;
}

void ValueTable::AppendZone(Physical physical, const Vector& zone, int64_t rows) {
  for (int64_t row = 0; row < rows; ++row) {
    const bool valid = physical != Physical::kNull && !zone.IsNull(row);
    valid_.push_back(valid ? 1 : 0);
    switch (physical) {
      case Physical::kBool:
        truth_.push_back(valid && zone.bits.Get(row) ? 1 : 0);
        break;
      case Physical::kInt64:
        words_.push_back(valid ? zone.int64[row] : 0);
        break;
      case Physical::kUInt64:
        words_.push_back(valid ? static_cast<int64_t>(zone.uint64[row]) : 0);
        break;
      case Physical::kDouble:
        words_.push_back(valid ? std::bit_cast<int64_t>(zone.real[row]) : 0);
        break;
      case Physical::kBytes:
        // Copied: computed strings live no longer than their zone.
        owned_.emplace_back(valid ? zone.bytes[row] : std::string_view());
        views_.push_back(owned_.back());
        break;
      default:
        ASHLAR_CHECK(physical == Physical::kNull);
    }
  }
}

}  // namespace ashlar::query
