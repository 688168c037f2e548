// Writing, reading and judging cursors; see the header.
#include "tools/ashlar/exec_cursor.h"

#include <charconv>
#include <vector>

#include "src/base/hash.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

constexpr std::string_view kTransaction = "txn";

bool ParseNumber(std::string_view text, uint64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

std::vector<std::string_view> Parts(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':')) {
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::string CursorText(const ExecCursor& cursor) {
  if (cursor.version == 0) return base::StrCat(kTransaction, ":", cursor.offset);
  std::string text = base::StrCat(cursor.version, ":", cursor.offset);
  if (cursor.order != 0) text += base::StrCat(":", cursor.order);
  return text;
}

absl::StatusOr<ExecCursor> ParseCursor(std::string_view text) {
  ExecCursor cursor;
  const std::vector<std::string_view> parts = Parts(text);
  const bool transaction = parts[0] == kTransaction;
  bool good = parts.size() == 2 || (parts.size() == 3 && !transaction);
  good = good && (transaction || (ParseNumber(parts[0], &cursor.version) && cursor.version > 0));
  good = good && ParseNumber(parts[1], &cursor.offset);
  good = good && (parts.size() == 2 || ParseNumber(parts[2], &cursor.order));
  if (good) return cursor;
  return absl::InvalidArgumentError(
      base::StrCat(base::QuoteForMessage(text), " is not a cursor that a scan gave"));
}

uint64_t OrderOf(const Dataset& dataset) {
  if (dataset.key().empty()) return 0;
  uint64_t order = 1;
  // By their content, not by their files: a segment that moves keeps its place.
  for (const SegmentInfo& segment : dataset.segments()) {
    for (const char digit : segment.digest) {
      order = base::Mix64(order + static_cast<unsigned char>(digit));
    }
  }
  return order;
}

}  // namespace ashlar::tools
