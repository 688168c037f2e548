// The thin layer over simdjson On-Demand.
#include "tools/import/json_ondemand.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

constexpr size_t kFirstCapacity = size_t{1} << 16;

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != text.npos) {
    text.remove_suffix(1);
  }
  return text;
}

// Whether `text` is the word that its first letter promises; true for what is not a word.
bool IsWord(std::string_view text, ondemand::json_type type) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  text = TrimEnd(text);
  if (type == ondemand::json_type::null) return text == "null";
  return type != ondemand::json_type::boolean || text == "true" || text == "false";
}

simdjson::simdjson_result<std::string_view> RawContainer(ondemand::value& value,
                                                         ondemand::json_type type) {
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (const auto code = value.get_array().get(array)) return code;
    return array.raw_json();
  }
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto code = value.get_object().get(object)) return code;
    return object.raw_json();
  }
  return RawToken(value);
}

}  // namespace

void JsonError::Clear() {
  if (status_.ok()) return;
  status_ = absl::OkStatus();
  path_.clear();
}

bool JsonError::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
  return false;
}

bool JsonError::Broken(simdjson::error_code code) {
  return Fail(base::StrCat("broken JSON: ", simdjson::error_message(code)));
}

bool JsonError::In(std::string_view member) {
  if (!member.empty())
    path_ = path_.empty() ? std::string(member) : base::StrCat(member, ".", path_);
  return false;
}

bool JsonDocument::Open(std::string_view text, JsonError& error) {
  if (text.size() > parser_.capacity()) {
    const size_t capacity = std::max(kFirstCapacity, std::bit_ceil(text.size()));
    if (const auto code = parser_.allocate(capacity)) return error.Broken(code);
  }
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + simdjson::SIMDJSON_PADDING);
  if (const auto code = parser_.iterate(padded).get(document_)) return error.Broken(code);
  return true;
}

bool JsonDocument::OpenObject(std::string_view text, ondemand::object* object, JsonError& error) {
  if (!Open(text, error)) return false;
  ondemand::json_type type;
  if (const auto code = document_.type().get(type)) return error.Broken(code);
  if (type != ondemand::json_type::object) {
    // The type was guessed from the first letter: "nonsense" is not null.
    if (!IsWord(text, type)) return error.Fail("broken JSON: an object must stand here");
    return error.Fail(base::StrCat(Describe(type), " stands where an object must be"));
  }
  if (const auto code = document_.get_object().get(*object)) return error.Broken(code);
  return true;
}

bool JsonDocument::OpenArray(std::string_view text, ondemand::array* array, JsonError& error) {
  if (!Open(text, error)) return false;
  if (const auto code = document_.get_array().get(*array)) return error.Broken(code);
  return true;
}

bool JsonDocument::CheckEnd(JsonError& error) {
  if (document_.current_location().error() == simdjson::OUT_OF_BOUNDS) return true;
  return error.Fail("broken JSON: something follows the value");
}

bool IsIntegerText(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos &&
         (text.size() == 1 || text.front() != '0');
}

bool IsBareNonFinite(std::string_view token) {
  return token == "NaN" || token == "Infinity" || token == "-Infinity";
}

bool ReadType(ondemand::value& value, ondemand::json_type* type, JsonError& error) {
  const auto code = value.type().get(*type);
  if (code == simdjson::SUCCESS) return true;
  if (!IsBareNonFinite(RawToken(value))) return error.Broken(code);
  *type = ondemand::json_type::number;
  return true;
}

std::string_view RawToken(ondemand::value& value) { return TrimEnd(value.raw_json_token()); }

std::string_view Describe(ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::array:
      return "an array";
    case ondemand::json_type::object:
      return "an object";
    case ondemand::json_type::number:
      return "a number";
    case ondemand::json_type::string:
      return "a string";
    case ondemand::json_type::boolean:
      return "a boolean";
    case ondemand::json_type::null:
      return "null";
  }
  return "something";
}

bool ReadString(ondemand::value& value, std::string_view* text, bool* checked, JsonError& error) {
  // Most strings hold no escape: they are taken from where they lie.
  const std::string_view raw = RawToken(value);
  *checked =
      raw.size() >= 2 && raw.back() == '"' && std::memchr(raw.data(), '\\', raw.size()) == nullptr;
  if (*checked) {
    *text = raw.substr(1, raw.size() - 2);
    return true;
  }
  if (const auto code = value.get_string().get(*text)) return error.Broken(code);
  return true;
}

bool ReadRawJson(ondemand::value& value, std::string_view* text, JsonError& error) {
  ondemand::json_type type;
  if (!ReadType(value, &type, error)) return false;
  if (const auto code = RawContainer(value, type).get(*text)) return error.Broken(code);
  *text = TrimEnd(*text);
  // Integers of any length are good as text, though the parsers know 64 bits only.
  if (IsIntegerText(*text) || IsBareNonFinite(*text)) return true;
  // On-Demand only counted brackets: the other parser of the library checks everything.
  simdjson::dom::parser parser;
  const simdjson::padded_string copy(*text);
  if (const auto code =
          parser.allocate(std::max(copy.size(), size_t{64}), base::kMaxNestingDepth)) {
    return error.Broken(code);
  }
  if (const auto code = parser.parse(copy).error()) return error.Broken(code);
  return true;
}

}  // namespace ashlar::tools
