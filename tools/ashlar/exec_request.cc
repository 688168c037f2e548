// Taking a command apart. See exec_request.h.
#include "tools/ashlar/exec_request.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {
namespace {

absl::Status Bad(std::string message) { return absl::InvalidArgumentError(std::move(message)); }

absl::Status WrongType(std::string_view member, std::string_view expected) {
  return Bad(base::StrCat("member ", base::QuoteForMessage(member), " must be ", expected));
}

absl::Status Missing(std::string_view member) {
  return Bad(base::StrCat("member ", base::QuoteForMessage(member), " is missing"));
}

// A string of the document, checked: an escape may spell half a surrogate pair.
bool ReadText(ondemand::value& value, std::string* text, JsonError& error) {
  std::string_view view;
  bool checked = false;
  if (!ReadString(value, &view, &checked, error)) return false;
  if (!checked && !base::IsValidUtf8(view)) return error.Fail("a string is not valid UTF-8");
  *text = std::string(view);
  return true;
}

}  // namespace

absl::Status ExecRequest::Parse(std::string_view line) {
  members_.clear();
  id_ = {};
  op_.clear();
  const absl::Status status = ReadMembers(line);
  // The id is wanted most when something is wrong.
  const Member* id = Find("id");
  if (id != nullptr) id_ = id->raw;
  RETURN_IF_ERROR(status);
  const Member* op = Find("op");
  if (op == nullptr) return Missing("op");
  if (op->kind != Kind::kString) return WrongType("op", "a string");
  op_ = op->text;
  return absl::OkStatus();
}

absl::Status ExecRequest::ReadMembers(std::string_view line) {
  JsonDocument document;
  JsonError error;
  ondemand::object object;
  if (!document.OpenObject(line, &object, error)) return error.status();
  for (auto next : object) {
    ondemand::field field;
    std::string_view name;
    ondemand::value value;
    ondemand::json_type type;
    Member member;
    if (const auto code = std::move(next).get(field)) return error.Broken(code), error.status();
    if (const auto code = field.unescaped_key().get(name))
      return error.Broken(code), error.status();
    member.name = std::string(name);
    value = field.value();
    if (const auto code = value.type().get(type)) return error.Broken(code), error.status();
    if (type == ondemand::json_type::string) {
      member.kind = Kind::kString;
      member.raw = RawToken(value);
      if (!ReadText(value, &member.text, error)) return error.status();
    } else {
      if (!ReadRawJson(value, &member.raw, error)) return error.status();
      member.kind = type == ondemand::json_type::array     ? Kind::kArray
                    : type == ondemand::json_type::object  ? Kind::kObject
                    : type == ondemand::json_type::number  ? Kind::kNumber
                    : type == ondemand::json_type::boolean ? Kind::kBool
                                                           : Kind::kNull;
    }
    const bool duplicate = std::any_of(members_.begin(), members_.end(), [&](const Member& other) {
      return other.name == member.name;
    });
    if (duplicate) {
      return Bad(base::StrCat("member ", base::QuoteForMessage(name), " is given twice"));
    }
    members_.push_back(std::move(member));
  }
  return document.CheckEnd(error) ? absl::OkStatus() : error.status();
}

absl::Status ExecRequest::AllowOnly(std::initializer_list<std::string_view> names) const {
  for (const Member& member : members_) {
    if (member.name == "op" || member.name == "id") continue;
    if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
    return Bad(base::StrCat("unknown member ", base::QuoteForMessage(member.name), " of op ",
                            base::QuoteForMessage(op_)));
  }
  return absl::OkStatus();
}

const ExecRequest::Member* ExecRequest::Find(std::string_view name) const {
  for (const Member& member : members_) {
    const bool present = member.kind != Kind::kNull || name == "id";
    if (member.name == name && present) return &member;
  }
  return nullptr;
}

absl::StatusOr<const ExecRequest::Member*> ExecRequest::FindOfKind(std::string_view name,
                                                                   Kind kind) const {
  const Member* member = Find(name);
  if (member == nullptr || member->kind == kind) return member;
  return WrongType(name, kind == Kind::kBool     ? "true or false"
                         : kind == Kind::kNumber ? "a number"
                         : kind == Kind::kString ? "a string"
                         : kind == Kind::kArray  ? "an array"
                                                 : "an object");
}

absl::StatusOr<std::string> ExecRequest::Text(std::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<std::string> text, OptionalText(name));
  if (!text.has_value()) return Missing(name);
  return *std::move(text);
}

absl::StatusOr<std::optional<std::string>> ExecRequest::OptionalText(std::string_view name) const {
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kString));
  return member == nullptr ? std::nullopt : std::optional<std::string>(member->text);
}

absl::StatusOr<std::optional<uint64_t>> ExecRequest::OptionalNatural(std::string_view name) const {
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kNumber));
  if (member == nullptr) return std::optional<uint64_t>();
  uint64_t value = 0;
  const char* const end = member->raw.data() + member->raw.size();
  const auto [stop, error] = std::from_chars(member->raw.data(), end, value);
  if (error != std::errc() || stop != end) return WrongType(name, "a whole number from 0 on");
  return std::optional<uint64_t>(value);
}

absl::StatusOr<bool> ExecRequest::Flag(std::string_view name) const {
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kBool));
  return member != nullptr && member->raw == "true";
}

absl::StatusOr<std::optional<std::string>> ExecRequest::OptionalWord(std::string_view name) const {
  const Member* member = Find(name);
  if (member == nullptr) return std::optional<std::string>();
  if (member->kind == Kind::kString) return std::optional<std::string>(member->text);
  if (member->kind == Kind::kNumber) return std::optional<std::string>(member->raw);
  return WrongType(name, "a version, a tag or a time");
}

absl::StatusOr<std::vector<std::string>> ExecRequest::Texts(std::string_view name) const {
  std::vector<std::string> texts;
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kArray));
  if (member == nullptr) return texts;
  JsonDocument document;
  JsonError error;
  ondemand::array array;
  if (!document.OpenArray(member->raw, &array, error)) return error.status();
  for (auto next : array) {
    ondemand::value value;
    ondemand::json_type type;
    if (const auto code = std::move(next).get(value)) return error.Broken(code), error.status();
    if (const auto code = value.type().get(type)) return error.Broken(code), error.status();
    if (type != ondemand::json_type::string) return WrongType(name, "an array of strings");
    if (!ReadText(value, &texts.emplace_back(), error)) return error.status();
  }
  return texts;
}

absl::StatusOr<TagAttributes> ExecRequest::Attributes(std::string_view name) const {
  TagAttributes attributes;
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kObject));
  if (member == nullptr) return attributes;
  ExecRequest object;
  RETURN_IF_ERROR(object.ReadMembers(member->raw));
  for (Member& attribute : object.members_) {
    if (attribute.kind != Kind::kString) return WrongType(name, "an object of strings");
    attributes.emplace(std::move(attribute.name), std::move(attribute.text));
  }
  return attributes;
}

absl::StatusOr<std::string_view> ExecRequest::RawArray(std::string_view name) const {
  ASSIGN_OR_RETURN(const Member* member, FindOfKind(name, Kind::kArray));
  if (member == nullptr) return Missing(name);
  return member->raw;
}

absl::StatusOr<std::string_view> ExecRequest::RawValue(std::string_view name) const {
  const Member* member = Find(name);
  if (member == nullptr) return Missing(name);
  return member->raw;
}

absl::StatusOr<std::string> ExecRequest::SchemaText(std::string_view name) const {
  const Member* member = Find(name);
  if (member == nullptr) return Missing(name);
  if (member->kind == Kind::kString) return member->text;
  if (member->kind == Kind::kObject || member->kind == Kind::kArray) {
    return std::string(member->raw);
  }
  return WrongType(name, "an object, an array or a string");
}

}  // namespace ashlar::tools
