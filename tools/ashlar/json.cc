// JSON values on their way out. See json.h.
#include "tools/ashlar/json.h"

#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/columnar/json_value.h"

namespace ashlar::tools {
namespace {

// JSON is UTF-8; what came from a file name or a message may not be.
std::string AsUtf8(const std::string& text) {
  return base::IsValidUtf8(text) ? text : base::EscapeForTerminal(text);
}

void AppendString(const std::string& text, std::string* out) {
  columnar::AppendJsonString(AsUtf8(text), out);
}

}  // namespace

Json Json::Array(List items) {
  Json json;
  json.value_ = std::move(items);
  return json;
}

Json Json::Object(Members members) {
  Json json;
  json.value_ = std::move(members);
  return json;
}

Json Json::Ready(std::string text) {
  Json json;
  json.value_ = ReadyText{std::move(text)};
  return json;
}

void Json::Add(std::string name, Json value) {
  auto* members = std::get_if<Members>(&value_);
  ASHLAR_CHECK(members != nullptr);
  members->emplace_back(std::move(name), std::move(value));
}

void Json::Add(Json item) {
  auto* items = std::get_if<List>(&value_);
  ASHLAR_CHECK(items != nullptr);
  items->push_back(std::move(item));
}

const Json::Members& Json::members() const {
  const auto* members = std::get_if<Members>(&value_);
  ASHLAR_CHECK(members != nullptr);
  return *members;
}

const Json* Json::Find(std::string_view name) const {
  for (const auto& [member, value] : members()) {
    if (member == name) return &value;
  }
  return nullptr;
}

void Json::AppendTo(std::string* out) const {
  if (is_null()) {
    out->append("null");
  } else if (const auto* boolean = std::get_if<bool>(&value_)) {
    out->append(*boolean ? "true" : "false");
  } else if (const auto* number = std::get_if<int64_t>(&value_)) {
    out->append(base::StrCat(*number));
  } else if (const auto* natural = std::get_if<uint64_t>(&value_)) {
    out->append(base::StrCat(*natural));
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    AppendString(*text, out);
  } else if (const auto* ready = std::get_if<ReadyText>(&value_)) {
    out->append(ready->text);
  } else if (const auto* items = std::get_if<List>(&value_)) {
    out->push_back('[');
    for (size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out->push_back(',');
      (*items)[i].AppendTo(out);
    }
    out->push_back(']');
  } else {
    const Members& members = std::get<Members>(value_);
    out->push_back('{');
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out->push_back(',');
      AppendString(members[i].first, out);
      out->push_back(':');
      members[i].second.AppendTo(out);
    }
    out->push_back('}');
  }
}

std::string Json::ToText() const {
  std::string text;
  AppendTo(&text);
  return text;
}

std::string Json::ToCell() const {
  if (is_null()) return "";
  if (const auto* text = std::get_if<std::string>(&value_)) return AsUtf8(*text);
  return ToText();
}

}  // namespace ashlar::tools
