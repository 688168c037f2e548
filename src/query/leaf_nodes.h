// The leaves of programs: columns and literals.
//
// Owns: bringing a zone of a column, in any encoding, into a Vector: viewed in place where it is
// plain and 64 bits wide, widened or gathered into scratch otherwise. Does not own: predicates on
// columns in their own width (range_node.h), or expressions over dictionaries (encoded_node.h).
#ifndef ASHLAR_SRC_QUERY_LEAF_NODES_H_
#define ASHLAR_SRC_QUERY_LEAF_NODES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "src/query/program_node.h"
#include "src/query/slot_column.h"

namespace ashlar::query {

class InputNode final : public ProgramNode {
 public:
  explicit InputNode(const BoundExpression& input);
  void BeginMorsel(Morsel* morsel) override { column_.Begin(morsel); }
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  void LoadConstant(const Bits& selection, Vector* out) const;
  void LoadDictionary(const ZoneRange& zone, const Bits& selection, Vector* out) const;
  void LoadPlain(const ZoneRange& zone, const Bits& selection, Vector* out) const;

  SlotColumn column_;
};

// Not for the literal null.
class LiteralNode final : public ProgramNode {
 public:
  explicit LiteralNode(BoundPtr literal);
  void BeginMorsel(Morsel*) override {}
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const BoundPtr literal_;
  // The value in every slot, made once.
  alignas(64) std::array<int64_t, kZoneRows> words_;
  std::array<std::string_view, kZoneRows> views_;
};

// The literal null that has met no type.
class NullNode final : public ProgramNode {
 public:
  using ProgramNode::ProgramNode;
  void BeginMorsel(Morsel*) override {}
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;
};

// Points the vector's values at its own scratch.
void UseScratch(Physical physical, Vector* out);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LEAF_NODES_H_
