// InNode: membership in a list of literals that is too long for ranges, or of strings.
//
// Owns: a set of the literals, looked up row by row. Does not own: short lists of numbers
// (range_node.h) and strings behind a dictionary (encoded_node.h, which asks this node once a
// value). Without a match the result is null where the list holds a null.
#ifndef ASHLAR_SRC_QUERY_IN_NODE_H_
#define ASHLAR_SRC_QUERY_IN_NODE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "absl/container/flat_hash_set.h"
#include "src/query/program_node.h"

namespace ashlar::query {

class InNode final : public PredicateNode {
 public:
  InNode(BoundPtr expression, ProgramPtr value);
  // Literals are of the kind of the value, which is a number or bytes.
  [[nodiscard]] static bool Handles(const BoundExpression& expression);

  void BeginMorsel(Morsel* morsel) override { value_->BeginMorsel(morsel); }
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;

 private:
  const BoundPtr expression_;  // owns what the views of strings_ look at
  const ProgramPtr value_;
  bool null_listed_ = false;
  absl::flat_hash_set<int64_t> words_;
  std::unordered_set<std::string_view> strings_;
  const std::unique_ptr<Vector> values_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_IN_NODE_H_
