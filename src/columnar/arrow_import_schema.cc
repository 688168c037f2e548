// From an ArrowSchema to the plan of its import.
//
// Owns: the walk over a tree of foreign pointers, bounded in depth and in nodes before it goes
// down. Does not own: names, which Schema::Make judges.
#include <cstddef>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_format.h"
#include "src/columnar/arrow_import.h"

namespace ashlar::columnar {
namespace {

class Planner {
 public:
  // `depth` is that of `schema` itself, 1 for the columns.
  absl::StatusOr<ArrowNode> Plan(const ArrowSchema* schema, std::string path, uint32_t depth) {
    ArrowNode node;
    node.path = std::move(path);
    RETURN_IF_ERROR(CheckStruct(schema, node, depth));
    node.nullable = (schema->flags & ARROW_FLAG_NULLABLE) != 0;
    if (schema->dictionary == nullptr) {
      RETURN_IF_ERROR(ReadFormat(schema->format, &node));
      RETURN_IF_ERROR(PlanChildren(*schema, &node, depth));
      return node;
    }
    RETURN_IF_ERROR(PlanDictionary(*schema, &node, depth));
    return node;
  }

 private:
  absl::Status CheckStruct(const ArrowSchema* schema, const ArrowNode& node, uint32_t depth) {
    if (depth > base::kMaxNestingDepth) {
      return BadArrow(node,
                      base::StrCat("types may nest ", base::kMaxNestingDepth, " deep at most"));
    }
    if (++nodes_ > base::kMaxColumns) {
      return BadArrow(node, base::StrCat("a schema holds at most ", base::kMaxColumns, " fields"));
    }
    if (schema == nullptr || schema->release == nullptr || schema->format == nullptr) {
      return BadArrow(node, "a missing or released ArrowSchema, or one without a format");
    }
    return absl::OkStatus();
  }

  absl::Status PlanChildren(const ArrowSchema& schema, ArrowNode* node, uint32_t depth) {
    const bool is_struct = node->layout == ArrowLayout::kStruct;
    const bool is_list = node->layout == ArrowLayout::kList || node->layout == ArrowLayout::kVector;
    const bool right_count =
        is_struct ? schema.n_children > 0 : schema.n_children == (is_list ? 1 : 0);
    if (!right_count || (schema.n_children > 0 && schema.children == nullptr)) {
      return BadArrow(*node, base::StrCat(schema.n_children, " children for the Arrow format ",
                                          base::QuoteForMessage(schema.format)));
    }
    std::vector<Field> fields;
    for (int64_t i = 0; i < schema.n_children; ++i) {
      const ArrowSchema* child = schema.children[i];
      std::string name = child == nullptr || child->name == nullptr ? "" : child->name;
      // Cut, so that deep and hostile names do not add up.
      std::string path = base::StrCat(node->path.substr(0, 2 * base::kMaxNameBytes), ".", name);
      ASSIGN_OR_RETURN(ArrowNode planned, Plan(child, std::move(path), depth + 1));
      fields.push_back({std::move(name), planned.type, planned.nullable});
      node->children.push_back(std::move(planned));
    }
    return SetNestedType(std::move(fields), node);
  }

  static absl::Status SetNestedType(std::vector<Field> fields, ArrowNode* node) {
    if (node->layout == ArrowLayout::kStruct) node->type = Struct(std::move(fields));
    if (node->layout == ArrowLayout::kList) {
      node->type = List(fields[0].type, fields[0].nullable);
    }
    if (node->layout != ArrowLayout::kVector || fields[0].type == Float32())
      return absl::OkStatus();
    return absl::UnimplementedError(base::StrCat(
        "field ", base::QuoteForMessage(node->path), ": Ashlar has fixed-size lists (\"+w:",
        node->type.width(), "\") of float32 only, not of ", fields[0].type.ToString()));
  }

  static absl::Status NoSuchDictionary(const ArrowSchema& values, const ArrowNode& node) {
    const std::string_view format = values.format == nullptr ? "" : values.format;
    return absl::UnimplementedError(
        base::StrCat("field ", base::QuoteForMessage(node.path),
                     ": a dictionary of nested values or of a dictionary (Arrow format ",
                     base::QuoteForMessage(format), ")"));
  }

  absl::Status PlanDictionary(const ArrowSchema& schema, ArrowNode* node, uint32_t depth) {
    if (schema.n_children != 0) return BadArrow(*node, "a dictionary with children");
    if (schema.dictionary->dictionary != nullptr)
      return NoSuchDictionary(*schema.dictionary, *node);
    ASSIGN_OR_RETURN(ArrowNode values, Plan(schema.dictionary, node->path, depth));
    if (!values.children.empty()) return NoSuchDictionary(*schema.dictionary, *node);
    values.nullable = node->nullable;
    *node = std::move(values);
    return ReadCodeFormat(schema.format, node);
  }

  uint32_t nodes_ = 0;
};

}  // namespace

absl::Status BadArrow(const ArrowNode& node, std::string_view what) {
  return absl::InvalidArgumentError(
      base::StrCat("field ", base::QuoteForMessage(node.path), ": ", what));
}

absl::StatusOr<std::vector<ArrowNode>> PlanImport(const ArrowSchema& schema) {
  const std::string_view format = schema.format == nullptr ? "" : schema.format;
  if (format != "+s" || schema.dictionary != nullptr) {
    return absl::InvalidArgumentError(base::StrCat(
        "a stream of batches has the Arrow format \"+s\", not ", base::QuoteForMessage(format)));
  }
  if (schema.n_children < 0 || schema.n_children > base::kMaxColumns ||
      (schema.n_children > 0 && schema.children == nullptr)) {
    return absl::InvalidArgumentError(
        base::StrCat("an ArrowSchema of ", schema.n_children, " columns"));
  }
  Planner planner;
  std::vector<ArrowNode> nodes;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema* child = schema.children[i];
    std::string name = child == nullptr || child->name == nullptr ? "" : child->name;
    ASSIGN_OR_RETURN(ArrowNode node, planner.Plan(child, std::move(name), 1));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace ashlar::columnar
