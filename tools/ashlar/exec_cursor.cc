// Writing, reading and judging cursors; see the header.
#include "tools/ashlar/exec_cursor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

// By place.
constexpr std::array<std::string_view, 3> kPlaces = {"version", "snapshot", "transaction"};

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
  return base::StrCat(kPlaces[static_cast<size_t>(cursor.place)], ":", cursor.number, ":",
                      cursor.offset, ":", cursor.scan, ":", cursor.order);
}

absl::StatusOr<ExecCursor> ParseCursor(std::string_view text) {
  ExecCursor cursor;
  const std::vector<std::string_view> parts = Parts(text);
  const auto place = std::ranges::find(kPlaces, parts[0]);
  const bool good = parts.size() == 5 && place != kPlaces.end() &&
                    ParseNumber(parts[1], &cursor.number) &&
                    ParseNumber(parts[2], &cursor.offset) && ParseNumber(parts[3], &cursor.scan) &&
                    ParseNumber(parts[4], &cursor.order);
  if (!good) {
    return absl::InvalidArgumentError(
        base::StrCat(base::QuoteForMessage(text), " is not a cursor that a scan gave"));
  }
  cursor.place = static_cast<ExecPlace>(place - kPlaces.begin());
  return cursor;
}

uint64_t HashOf(const ExecScan& scan, uint64_t seed) {
  uint64_t hash = base::Hash64(base::AsBytes(scan.dataset), seed);
  hash = base::Combine(hash, scan.columns.size());
  for (const std::string& column : scan.columns) {
    hash = base::Combine(hash, base::Hash64(base::AsBytes(column), seed));
  }
  if (!scan.where.has_value()) return hash;
  return base::Combine(hash, base::Hash64(base::AsBytes(*scan.where), seed));
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
