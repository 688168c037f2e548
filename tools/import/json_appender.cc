// One recursive walk over an object, along a tree that mirrors the schema.
#include "tools/import/json_appender.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "tools/import/block_buffer.h"
#include "tools/import/import_error.h"
#include "tools/import/json_members.h"
#include "tools/import/json_ondemand.h"
#include "tools/import/value_text.h"

namespace ashlar::tools {
namespace {

using ondemand::json_type;

// A field of the schema, and below it the members of a struct or the element of a list.
struct Node {
  DataType type;
  bool nullable = true;
  JsonMembers members;  // of a struct
  std::vector<Node> children;
};

void AddChildren(const std::vector<Field>& fields, Node& parent) {
  parent.children.reserve(fields.size());
  for (const Field& field : fields) {
    parent.members.Add(field.name);
    Node& node = parent.children.emplace_back();
    node.type = field.type;
    node.nullable = field.nullable;
    AddChildren(field.type.fields(), node);
  }
}

std::string Mismatch(std::string_view what, const DataType& type) {
  if (type.is_nested()) return NotA(what, type.id() == TypeId::kList ? "list" : "struct");
  return NotA(what, type.ToString());
}

}  // namespace

struct JsonAppender::Impl {
  Node root;
  JsonAsText as_text = JsonAsText::kNothing;
  bool all_members = false;
  JsonDocument document;
  JsonError error;
  std::string padded;
  std::vector<float> vector;

  bool Check(absl::Status status) { return status.ok() || error.Fail(std::move(status)); }

  // What the type cannot take, shown as it stands in the document.
  bool Reject(ondemand::value& value, json_type type, const Node& node) {
    if (type == json_type::object || type == json_type::array) {
      std::string text(Describe(type));
      return error.Fail(base::StrCat(text, " stands where ", node.type.ToString(), " must be"));
    }
    return error.Fail(Mismatch(RawToken(value), node.type));
  }

  bool AppendNull(const Node& node, ColumnBuilder& out) {
    if (!node.nullable) return error.Fail("is required but null or missing");
    out.AppendNull();
    return true;
  }

  template <typename Children>
  bool AppendObject(ondemand::object& object, Node& node, const Children& child) {
    JsonMembers& members = node.members;
    members.StartObject();
    for (auto result : object) {
      ondemand::field field;
      if (const auto code = std::move(result).get(field)) return error.Broken(code);
      std::string_view name;
      simdjson::error_code code;
      const std::optional<size_t> index = members.Find(field, &name, &code);
      if (code != simdjson::SUCCESS) return error.Broken(code);
      if (!index) return error.Fail("the schema has no such member") || error.In(name);
      if (!members.MarkSeen(*index)) {
        return error.Fail("the member is there twice") || error.In(members.name(*index));
      }
      ondemand::value value = field.value();
      if (!AppendValue(value, node.children[*index], child(*index))) {
        return error.In(members.name(*index));
      }
    }
    if (members.AllSeen()) return true;
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (!members.WasSeen(i) && !AppendNull(node.children[i], child(i))) {
        return error.In(members.name(i));
      }
    }
    return true;
  }

  bool AppendStruct(ondemand::value& value, Node& node, ColumnBuilder& out) {
    ondemand::object object;
    if (const auto code = value.get_object().get(object)) return error.Broken(code);
    const auto child = [&](size_t i) -> ColumnBuilder& { return out.child(i); };
    return AppendObject(object, node, child) && Check(out.AppendNested());
  }

  bool AppendList(ondemand::value& value, Node& node, ColumnBuilder& out) {
    ondemand::array array;
    if (const auto code = value.get_array().get(array)) return error.Broken(code);
    ColumnBuilder& elements = out.child(0);
    for (auto result : array) {
      ondemand::value element;
      if (const auto code = std::move(result).get(element)) return error.Broken(code);
      if (!AppendValue(element, node.children[0], elements)) return false;
    }
    return Check(out.AppendNested());
  }

  bool AppendVector(ondemand::value& value, Node& node, ColumnBuilder& out) {
    ondemand::array array;
    if (const auto code = value.get_array().get(array)) return error.Broken(code);
    const Node element_node{.type = Float32(), .nullable = false, .members = {}, .children = {}};
    vector.clear();
    for (auto result : array) {
      ondemand::value element;
      json_type type;
      double number = 0;
      if (const auto code = std::move(result).get(element)) return error.Broken(code);
      if (!ReadType(element, &type, error)) return false;
      if (!ReadFloating(element, type, element_node, &number)) return false;
      vector.push_back(static_cast<float>(number));
    }
    if (vector.size() != static_cast<size_t>(node.type.width())) {
      return error.Fail(
          base::StrCat("an array of ", vector.size(), " numbers is not a ", node.type.ToString()));
    }
    return Check(out.AppendVector(vector));
  }

  bool ReadFloating(ondemand::value& value, json_type type, const Node& node, double* number) {
    if (type == json_type::string) {
      std::string_view text;
      bool checked;
      if (!ReadString(value, &text, &checked, error)) return false;
      return ParseNonFinite(text, number) || error.Fail(Mismatch(text, node.type));
    }
    if (type != json_type::number) return Reject(value, type, node);
    if (value.get_double().get(*number) != simdjson::SUCCESS) {
      const std::string_view token = RawToken(value);
      return (IsBareNonFinite(token) && ParseNonFinite(token, number)) || Reject(value, type, node);
    }
    const bool narrow = node.type.id() == TypeId::kFloat32;
    if (narrow && !std::isfinite(static_cast<float>(*number))) return Reject(value, type, node);
    return true;
  }

  bool AppendInteger(ondemand::value& value, json_type type, Node& node, ColumnBuilder& out) {
    if (type != json_type::number) return Reject(value, type, node);
    absl::Status status;
    if (node.type.is_signed_integer()) {
      int64_t number;
      if (value.get_int64().get(number) != simdjson::SUCCESS) return Reject(value, type, node);
      status = out.AppendInt64(number);
    } else {
      uint64_t number;
      if (value.get_uint64().get(number) != simdjson::SUCCESS) return Reject(value, type, node);
      status = out.AppendUInt64(number);
    }
    if (absl::IsInvalidArgument(status)) return Reject(value, type, node);
    return Check(std::move(status));
  }

  bool ReadEmptyObject(ondemand::value& value) {
    ondemand::object object;
    if (const auto code = value.get_object().get(object)) return error.Broken(code);
    bool empty;
    if (const auto code = object.is_empty().get(empty)) return error.Broken(code);
    return empty || error.Fail("an object with members stands where utf8 must be");
  }

  bool AppendText(ondemand::value& value, json_type type, Node& node, ColumnBuilder& out) {
    std::string_view text;
    bool checked = true;
    const bool utf8 = node.type.id() == TypeId::kUtf8;
    if (type == json_type::string) {
      if (!ReadString(value, &text, &checked, error)) return false;
    } else if (utf8 && as_text == JsonAsText::kEverything) {
      if (!ReadRawJson(value, &text, error)) return false;
    } else if (utf8 && as_text == JsonAsText::kEmptyObjects && type == json_type::object) {
      if (!ReadEmptyObject(value)) return false;
      text = "{}";
    } else {
      return Reject(value, type, node);
    }
    if (utf8) return Check(checked ? out.AppendValidatedUtf8(text) : out.AppendBytes(text));
    return Check(AppendTextValue(text, out));
  }

  bool AppendBool(ondemand::value& value, json_type type, Node& node, ColumnBuilder& out) {
    bool truth;
    if (type != json_type::boolean) return Reject(value, type, node);
    if (const auto code = value.get_bool().get(truth)) return error.Broken(code);
    return Check(out.AppendBool(truth));
  }

  bool AppendValue(ondemand::value& value, Node& node, ColumnBuilder& out) {
    json_type type;
    if (!ReadType(value, &type, error)) return false;
    if (type == json_type::null) {
      bool null;
      if (const auto code = value.is_null().get(null)) return error.Broken(code);
      return null ? AppendNull(node, out) : error.Broken(simdjson::N_ATOM_ERROR);
    }
    switch (node.type.id()) {
      case TypeId::kBool:
        return AppendBool(value, type, node, out);
      case TypeId::kFloat32:
      case TypeId::kFloat64: {
        double number = 0;
        return ReadFloating(value, type, node, &number) && Check(out.AppendDouble(number));
      }
      case TypeId::kUtf8:
      case TypeId::kBinary:
      case TypeId::kFixedSizeBinary:
      case TypeId::kDate32:
      case TypeId::kTimestamp:
        return AppendText(value, type, node, out);
      case TypeId::kList:
        return type == json_type::array ? AppendList(value, node, out) : Reject(value, type, node);
      case TypeId::kFixedSizeList:
        return type == json_type::array ? AppendVector(value, node, out)
                                        : Reject(value, type, node);
      case TypeId::kStruct:
        return type == json_type::object ? AppendStruct(value, node, out)
                                         : Reject(value, type, node);
      default:
        return AppendInteger(value, type, node, out);
    }
  }

  bool AppendRow(std::string_view json, RecordBatchBuilder& out) {
    ondemand::object object;
    if (!document.OpenObject(json, &object, error)) return false;
    const auto child = [&](size_t i) -> ColumnBuilder& { return out.column(i); };
    if (!AppendObject(object, root, child) || !document.CheckEnd(error)) return false;
    return !all_members || root.members.AllSeen() || FailForMissing();
  }

  bool FailForMissing() {
    size_t missing = 0;
    while (root.members.WasSeen(missing)) ++missing;
    return error.Fail("is missing, but other records have it; all must have the same members") ||
           error.In(root.members.name(missing));
  }

  bool AppendOnly(std::string_view json, Node& node, ColumnBuilder& out) {
    ondemand::array array;
    if (!document.OpenArray(json, &array, error)) return false;
    size_t count = 0;
    for (auto result : array) {
      ondemand::value value;
      if (const auto code = std::move(result).get(value)) return error.Broken(code);
      if (++count > 1) return error.Fail("broken JSON: something follows the value");
      if (!AppendValue(value, node, out)) return false;
    }
    if (count == 0) return error.Fail("broken JSON: there is no value");
    return document.CheckEnd(error);
  }
};

JsonAppender::JsonAppender(const Schema& schema, JsonAsText as_text)
    : impl_(std::make_unique<Impl>()) {
  AddChildren(schema.fields(), impl_->root);
  impl_->as_text = as_text;
}

JsonAppender::~JsonAppender() = default;

void JsonAppender::RequireAllMembers() { impl_->all_members = true; }

const std::string& JsonAppender::error_path() const { return impl_->error.path(); }

absl::Status JsonAppender::AppendPaddedRow(std::string_view json, RecordBatchBuilder& out) {
  ASHLAR_CHECK(out.schema().size() == impl_->root.children.size());
  const int64_t rows = out.rows();
  impl_->error.Clear();
  if (impl_->AppendRow(json, out)) return absl::OkStatus();
  for (size_t i = 0; i < out.schema().size(); ++i) out.column(i).Truncate(rows);
  return impl_->error.status();
}

absl::Status JsonAppender::AppendRow(std::string_view json, RecordBatchBuilder& out) {
  impl_->padded.assign(json).append(kBlockPadding, ' ');
  return AppendPaddedRow(std::string_view(impl_->padded).substr(0, json.size()), out);
}

absl::Status JsonAppender::AppendCell(std::string_view json, size_t index, ColumnBuilder& out) {
  ASHLAR_CHECK(index < impl_->root.children.size());
  const int64_t rows = out.length();
  impl_->error.Clear();
  // As the only element of an array any value may stand at the root.
  impl_->padded.assign(1, '[').append(json).append(1, ']').append(kBlockPadding, ' ');
  const std::string_view array = std::string_view(impl_->padded).substr(0, json.size() + 2);
  if (impl_->AppendOnly(array, impl_->root.children[index], out)) return absl::OkStatus();
  out.Truncate(rows);
  return impl_->error.status();
}

}  // namespace ashlar::tools
