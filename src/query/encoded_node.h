// EncodedNode: an expression over one column, evaluated on what the column is encoded with.
//
// Owns: choosing, morsel by morsel, between the value of a constant column, a table by dictionary
// code, and the ordinary program; and reading results through codes. Does not own: the ordinary
// program, which it runs on dictionary values as well. A dictionary that several morsels share is
// evaluated once; one with more entries than rows have been asked for is not worth it.
#ifndef ASHLAR_SRC_QUERY_ENCODED_NODE_H_
#define ASHLAR_SRC_QUERY_ENCODED_NODE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "src/query/program_node.h"
#include "src/query/slot_column.h"
#include "src/query/value_table.h"

namespace ashlar::query {

class EncodedNode final : public ProgramNode {
 public:
  // `plain` computes `expression`, which reads `slot` and no other.
  EncodedNode(const BoundExpression& expression, size_t slot, ProgramPtr plain);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;
  absl::Status Filter(ZoneTask* zone, Bits* selection) override;

 private:
  enum class Way : uint8_t { kUndecided, kPlain, kTable };

  [[nodiscard]] absl::Status Decide(const ZoneRange& zone, const Bits& selection);
  [[nodiscard]] absl::Status FillTable();
  // The dictionary of the column, whether its codes are packed or not.
  [[nodiscard]] const std::shared_ptr<const ColumnData>& dictionary() const;
  [[nodiscard]] bool IsConstant() const;
  [[nodiscard]] bool ValidRows(const ZoneRange& zone, Bits* valid) const;
  void RetainCodes(const CodeSet& set, const ZoneRange& zone, Bits* present);
  // Where the zone's codes begin; packed ones are unpacked.
  [[nodiscard]] const std::byte* CodesOf(const ZoneRange& zone);
  [[nodiscard]] int code_width() const;
  void RetainTrue(const ZoneRange& zone, Bits* selection);
  void TestCodes(const ZoneRange& zone, const Bits& selection, Outcome* out);
  void EvaluateConstant(const Bits& selection, Vector* out) const;
  void EvaluateCodes(const ZoneRange& zone, const Bits& selection, Vector* out);

  SlotColumn column_;
  const ProgramPtr plain_;
  Way way_ = Way::kUndecided;
  bool begun_ = false;                              // of plain_, in this morsel
  const columnar::PackedColumn* packed_ = nullptr;  // with a dictionary
  alignas(64) std::array<std::byte, kZoneRows * sizeof(uint32_t)> codes_;
  int64_t rows_asked_ = 0;  // in this morsel, before the table was made
  ValueTable table_;
  // The dictionary that was tried last, and whether there is a table for it.
  std::shared_ptr<const ColumnData> tried_;
  bool usable_ = false;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ENCODED_NODE_H_
