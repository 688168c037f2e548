// The wording of import errors.
#include "tools/import/import_error.h"

#include <algorithm>

#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

constexpr size_t kShownBytes = 64;

}  // namespace

absl::Status AddPlace(std::string_view input, uint64_t line, std::string_view field,
                      const absl::Status& status) {
  std::string text = base::StrCat(input, ": line ", line);
  if (!field.empty()) text += base::StrCat(", field ", QuoteValue(field));
  return absl::Status(status.code(), base::StrCat(text, ": ", status.message()));
}

absl::Status ErrorAt(std::string_view input, uint64_t line, std::string_view field,
                     std::string_view message) {
  return AddPlace(input, line, field, absl::InvalidArgumentError(std::string(message)));
}

std::string QuoteValue(std::string_view value) {
  if (value.size() <= kShownBytes) return base::StrCat("'", base::EscapeForTerminal(value), "'");
  size_t end = kShownBytes;
  // Not in the middle of a character, which would be shown as broken bytes.
  while (end > kShownBytes - 3 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return base::StrCat("'", base::EscapeForTerminal(value.substr(0, end)), "...'");
}

std::string NotA(std::string_view value, std::string_view type_name) {
  const bool vowel = std::string_view("aeio").find(type_name.front()) != std::string_view::npos;
  return base::StrCat(QuoteValue(value), " is not ", vowel ? "an " : "a ", type_name);
}

}  // namespace ashlar::tools
