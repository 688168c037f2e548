// Spelling and parsing the names of a store's files. See file_names.h.
#include "src/io/file_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::io {
namespace {

constexpr size_t kMinDigits = 12;
constexpr std::string_view kManifestPrefix = "MANIFEST-";
constexpr std::string_view kSegmentPrefix = "segments/";
constexpr std::string_view kSegmentSuffix = ".seg";
constexpr std::string_view kLogPrefix = "log/";
constexpr std::string_view kLogSuffix = ".log";

constexpr std::array<std::pair<std::string_view, FileKind>, 7> kFixedNames = {{
    {kLockName, FileKind::kLock},
    {kReadersName, FileKind::kReaders},
    {kReserveName, FileKind::kReserve},
    {kCurrentName, FileKind::kCurrent},
    {kCurrentTemporaryName, FileKind::kCurrentTemporary},
    {kSegmentsDirectory, FileKind::kSegmentsFolder},
    {kLogDirectory, FileKind::kLogFolder},
}};

std::string PaddedNumber(uint64_t number) {
  ASHLAR_CHECK(number <= kMaxFileNumber);
  const std::string digits = std::to_string(number);
  return std::string(kMinDigits - std::min(kMinDigits, digits.size()), '0') + digits;
}

std::optional<uint64_t> ParseNumber(std::string_view digits) {
  if (digits.size() < kMinDigits) return std::nullopt;
  if (digits.size() > kMinDigits && digits.front() == '0') return std::nullopt;
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 10);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (number > kMaxFileNumber) return std::nullopt;
  return number;
}

std::optional<ParsedFileName> ParseNumbered(std::string_view name, std::string_view prefix,
                                            std::string_view suffix, FileKind kind) {
  if (name.size() < prefix.size() + suffix.size()) return std::nullopt;
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  const std::optional<uint64_t> number = ParseNumber(name);
  if (!number.has_value()) return std::nullopt;
  return ParsedFileName{kind, *number};
}

}  // namespace

std::string ManifestName(uint64_t number) {
  return base::StrCat(kManifestPrefix, PaddedNumber(number));
}

std::string SegmentName(uint64_t id) {
  return base::StrCat(kSegmentPrefix, PaddedNumber(id), kSegmentSuffix);
}

std::string LogName(uint64_t number) {
  return base::StrCat(kLogPrefix, PaddedNumber(number), kLogSuffix);
}

std::optional<ParsedFileName> ParseFileName(std::string_view name) {
  for (const auto& [fixed, kind] : kFixedNames) {
    if (name == fixed) return ParsedFileName{kind, 0};
  }
  if (auto parsed = ParseNumbered(name, kManifestPrefix, "", FileKind::kManifest)) return parsed;
  if (auto parsed = ParseNumbered(name, kSegmentPrefix, kSegmentSuffix, FileKind::kSegment)) {
    return parsed;
  }
  return ParseNumbered(name, kLogPrefix, kLogSuffix, FileKind::kLog);
}

}  // namespace ashlar::io
