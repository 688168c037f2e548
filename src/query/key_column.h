// KeyColumn: numbers the values that a key takes in the rows of a morsel.
//
// Owns: the short cuts for encoded columns: a dictionary's codes go through a table that is filled
// as codes turn up, a constant is looked up once. All else goes through the key's evaluator.
// Does not own: the values (value_numbers.h) or what the numbers are for.
#ifndef ASHLAR_SRC_QUERY_KEY_COLUMN_H_
#define ASHLAR_SRC_QUERY_KEY_COLUMN_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "src/query/evaluator.h"
#include "src/query/memory_meter.h"
#include "src/query/selected_rows.h"
#include "src/query/value_numbers.h"

namespace ashlar::query {

class KeyColumn {
 public:
  KeyColumn(BoundPtr key, BackEnd back_end, MemoryMeter* meter);

  [[nodiscard]] absl::Status BeginMorsel(Morsel& morsel);
  // New values get the next numbers, in the order of the rows.
  [[nodiscard]] absl::Status Number(SelectedRows& rows, RowNumbers* numbers);
  void EndMorsel();

  [[nodiscard]] ValueNumbers& values() { return values_; }
  [[nodiscard]] const ValueNumbers& values() const { return values_; }

 private:
  enum class Way : uint8_t { kUndecided, kConstant, kCodes, kEvaluate };

  // Reads the column at the first zone that asks, and no sooner.
  [[nodiscard]] absl::Status Decide();
  [[nodiscard]] absl::Status DecideByEncoding(const Column& column);
  [[nodiscard]] absl::Status Evaluate(SelectedRows& rows, RowNumbers* numbers);
  template <typename Code>
  void NumberCodes(SelectedRows& rows, RowNumbers* numbers);
  template <typename CodeAt>
  void LookUp(SelectedRows& rows, CodeAt code_at, RowNumbers* numbers);

  const BoundPtr key_;
  const BackEnd back_end_;
  ValueNumbers values_;

  // Of the current morsel.
  Morsel* morsel_ = nullptr;
  Way way_ = Way::kUndecided;
  Column column_;
  Column dictionary_;
  uint32_t constant_number_ = 0;
  // Code to number; one entry more, for null. kUnknownId: has not turned up in this morsel.
  MeteredArray<uint32_t> code_numbers_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<Vector> vector_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_KEY_COLUMN_H_
