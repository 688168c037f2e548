// Small grammars of option values. See option_text.h.
#include "tools/ashlar/option_text.h"

#include <charconv>
#include <cstdint>

namespace ashlar::tools {
namespace {

constexpr uint64_t kMaxAgeSeconds = uint64_t{10'000} * 366 * 86'400;
constexpr uint64_t kMaxFixedRows = uint64_t{1} << 31;

std::optional<uint64_t> ParseDigits(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

uint64_t SecondsOf(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    case 'w':
      return 7 * 86'400;
    default:
      return 0;
  }
}

}  // namespace

std::optional<uint64_t> ParseNatural(const std::string& text) { return ParseDigits(text); }

std::optional<uint64_t> ParsePositive(const std::string& text) {
  const std::optional<uint64_t> value = ParseDigits(text);
  return value == uint64_t{0} ? std::nullopt : value;
}

std::optional<std::string> ParseNonEmpty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::chrono::microseconds> ParseAge(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const uint64_t unit = SecondsOf(text.back());
  const std::optional<uint64_t> count = ParseDigits(text.substr(0, text.size() - 1));
  if (unit == 0 || !count.has_value() || *count > kMaxAgeSeconds / unit) return std::nullopt;
  return std::chrono::seconds(static_cast<int64_t>(*count * unit));
}

std::optional<std::chrono::microseconds> ParseSeconds(std::string_view text) {
  constexpr size_t kMicroDigits = 6;
  const size_t point = text.find('.');
  std::string fraction(point == text.npos ? "0" : text.substr(point + 1));
  if (fraction.empty() || fraction.size() > kMicroDigits) return std::nullopt;
  fraction.resize(kMicroDigits, '0');
  const std::optional<uint64_t> seconds = ParseDigits(text.substr(0, point));
  const std::optional<uint64_t> micros = ParseDigits(fraction);
  if (!seconds.has_value() || !micros.has_value() || *seconds > kMaxAgeSeconds) return std::nullopt;
  if (*seconds == 0 && *micros == 0) return std::nullopt;
  return std::chrono::microseconds(static_cast<int64_t>(*seconds * 1'000'000 + *micros));
}

std::optional<BatchBoundaries> ParseBoundaries(std::string_view text) {
  constexpr std::string_view kFixed = "fixed:";
  if (text == "content") return BatchBoundaries{};
  if (!text.starts_with(kFixed)) return std::nullopt;
  const std::optional<uint64_t> rows = ParseDigits(text.substr(kFixed.size()));
  if (!rows.has_value() || *rows == 0 || *rows > kMaxFixedRows) return std::nullopt;
  return BatchBoundaries{.fixed_rows = static_cast<uint32_t>(*rows)};
}

std::optional<Storage> ParseStorage(std::string_view text) {
  for (const Storage storage : {Storage::kFast, Storage::kCompact}) {
    if (text == StorageText(storage)) return storage;
  }
  return std::nullopt;
}

std::string_view StorageText(Storage storage) {
  return storage == Storage::kCompact ? "compact" : "fast";
}

std::optional<TagAttributes> ParseAttributes(const std::vector<std::string>& texts) {
  const std::optional<std::vector<std::string>> pairs = SplitList(texts);
  if (!pairs.has_value()) return std::nullopt;
  TagAttributes attributes;
  for (const std::string& pair : *pairs) {
    const size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos) return std::nullopt;
    if (!attributes.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second) {
      return std::nullopt;
    }
  }
  return attributes;
}

std::optional<std::vector<std::string>> SplitList(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) {
    size_t begin = 0;
    while (true) {
      const size_t comma = text.find(',', begin);
      parts.push_back(text.substr(begin, comma - begin));
      if (parts.back().empty()) return std::nullopt;
      if (comma == std::string::npos) break;
      begin = comma + 1;
    }
  }
  return parts;
}

}  // namespace ashlar::tools
