// Putting expressions in the place of columns: what lets a filter behind a select run before it.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/query/binder.h"
#include "src/query/expression_node.h"
#include "src/query/expression_text.h"

namespace ashlar::query {
namespace {

class Substitution {
 public:
  Substitution(const std::vector<std::string>& names, const std::vector<Expression>& values)
      : names_(names), values_(values) {}

  absl::StatusOr<NodePtr> Apply(const NodePtr& node) const {
    if (node->is_error) return node;
    if (node->op == Op::kInput) return Replace(node);
    if (node->args.empty()) return node;
    // The aggregate `sum(x)` made a column of that name, and `having` may speak of it so.
    if (node->op == Op::kFunction) {
      const auto named = std::find(names_.begin(), names_.end(), NodeText(*node));
      if (named != names_.end()) return values_[named - names_.begin()].shared();
    }
    std::vector<NodePtr> args;
    for (const NodePtr& arg : node->args) {
      ASSIGN_OR_RETURN(NodePtr replaced, Apply(arg));
      args.push_back(std::move(replaced));
    }
    if (node->op == Op::kCast) return MakeCastNode(args[0], node->type, node->position);
    if (node->op == Op::kFunction) return MakeCallNode(node->text, std::move(args), node->position);
    return MakeNode(node->op, std::move(args), node->position);
  }

 private:
  absl::StatusOr<NodePtr> Replace(const NodePtr& column) const {
    const std::string_view path = column->text;
    const Expression* best = nullptr;
    size_t matched = 0;
    for (size_t i = 0; i < names_.size(); ++i) {
      const std::string& name = names_[i];
      const bool whole = path == name;
      const bool leads = path.starts_with(name) && path.substr(name.size(), 1) == ".";
      if ((!whole && !leads) || (best != nullptr && name.size() < matched)) continue;
      best = &values_[i];
      matched = name.size();
    }
    if (best == nullptr) {
      return StatusAt(*column, base::UnknownName("column", path, names_));
    }
    if (matched == path.size()) return best->shared();
    const ExpressionNode& value = best->node();
    if (value.is_error) return best->shared();
    if (value.op != Op::kInput) {
      return ErrorAt(
          *column, base::StrCat("'", path.substr(0, matched), "' is computed and has no members"));
    }
    return MakeColumnNode(base::StrCat(value.text, path.substr(matched)), column->position);
  }

  const std::vector<std::string>& names_;
  const std::vector<Expression>& values_;
};

}  // namespace

absl::StatusOr<Expression> Substitute(const Expression& expression,
                                      const std::vector<std::string>& names,
                                      const std::vector<Expression>& values) {
  ASSIGN_OR_RETURN(NodePtr node, Substitution(names, values).Apply(expression.shared()));
  const Expression replaced(std::move(node));
  return expression.alias().empty() ? replaced : replaced.As(expression.alias());
}

}  // namespace ashlar::query
