// Validation and escaping of names; messages show the offending name in a form that is safe to
// print.
#include "src/base/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"

namespace ashlar::base {
namespace {

// `sequence` is one well-formed UTF-8 sequence.
bool IsControl(std::string_view sequence) {
  const auto lead = static_cast<uint8_t>(sequence[0]);
  if (sequence.size() == 1) return lead < 0x20 || lead == 0x7f;
  return lead == 0xc2 && static_cast<uint8_t>(sequence[1]) < 0xa0;
}

std::string EscapeByte(char byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      return StrCat("\\x", HexEncode(AsBytes(std::string_view(&byte, 1))));
  }
}

// The first character of `text` as shown, taken off its front.
std::string TakeEscaped(std::string_view& text) {
  const size_t length = std::max<size_t>(1, Utf8SequenceLength(text));
  const std::string_view character = text.substr(0, length);
  const bool broken = Utf8SequenceLength(text) == 0;
  text.remove_prefix(length);
  if (!broken && !IsControl(character) && character != "\\") return std::string(character);
  std::string escaped;
  for (const char byte : character) escaped += EscapeByte(byte);
  return escaped;
}

bool HasControl(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (IsControl(text.substr(0, length))) return true;
    text.remove_prefix(length);
  }
  return false;
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool IsTagCharacter(char c) {
  return IsLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

absl::Status CheckLength(std::string_view kind, std::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError(StrCat(kind, " name is empty"));
  if (name.size() > kMaxNameBytes) {
    return absl::InvalidArgumentError(StrCat(kind, " name ", QuoteForMessage(name), " has ",
                                             name.size(), " bytes; the limit is ", kMaxNameBytes));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateName(std::string_view kind, std::string_view name) {
  RETURN_IF_ERROR(CheckLength(kind, name));
  if (!IsValidUtf8(name)) {
    return absl::InvalidArgumentError(
        StrCat(kind, " name ", QuoteForMessage(name), " is not valid UTF-8"));
  }
  if (HasControl(name)) {
    return absl::InvalidArgumentError(
        StrCat(kind, " name ", QuoteForMessage(name), " has a control character"));
  }
  return absl::OkStatus();
}

absl::Status ValidateDatasetName(std::string_view name) {
  RETURN_IF_ERROR(ValidateName("dataset", name));
  if (name == "." || name == ".." || name.find('/') != std::string_view::npos) {
    return absl::InvalidArgumentError(StrCat("dataset name ", QuoteForMessage(name),
                                             " looks like a path; it may not have a '/'"));
  }
  return absl::OkStatus();
}

absl::Status ValidateTagName(std::string_view name) {
  RETURN_IF_ERROR(CheckLength("tag", name));
  if (IsLetter(name[0]) && std::all_of(name.begin(), name.end(), IsTagCharacter)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      StrCat("tag name ", QuoteForMessage(name),
             " must be a letter or '_' followed by letters, digits, '.', '_' or '-'"));
}

std::string EscapeForTerminal(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) escaped += TakeEscaped(text);
  return escaped;
}

std::string QuoteForMessage(std::string_view text) {
  constexpr int kMaxCharacters = 64;
  std::string quoted = "\"";
  for (int i = 0; i < kMaxCharacters && !text.empty(); ++i) quoted += TakeEscaped(text);
  quoted += text.empty() ? "\"" : "\"...";
  return quoted;
}

}  // namespace ashlar::base
