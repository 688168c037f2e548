// Rendering of dumps; see the header.
#include "src/segment/dump_lines.h"

#include <algorithm>
#include <utility>

#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::segment {
namespace {

constexpr size_t kBytesALine = 16;
// Bytes of one entry that are shown.
constexpr uint64_t kShownBytes = 64;

std::string Offset(uint64_t offset) {
  std::string hex;
  for (int shift = 40 - 4; shift >= 0; shift -= 4) {
    hex += "0123456789abcdef"[offset >> shift & 15];
  }
  return hex;
}

std::string HexBytes(std::span<const std::byte> bytes) {
  std::string hex;
  for (const std::byte byte : bytes) hex += base::HexEncode({&byte, 1}) + " ";
  hex.resize(kBytesALine * 3, ' ');
  return hex;
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  // Notes are UTF-8 without control characters, for names in them were escaped.
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + "\"";
}

}  // namespace

void DumpLines::Add(uint64_t offset, uint64_t size, uint32_t depth, std::string note, bool bad) {
  offset = std::min<uint64_t>(offset, file_.size());
  size = std::min(size, file_.size() - offset);
  any_bad_ = any_bad_ || bad;
  lines_.push_back({offset, size, depth, std::move(note), bad});
}

std::span<const std::byte> DumpLines::Shown(const DumpLine& line) const {
  return file_.subspan(line.offset, std::min(line.size, kShownBytes));
}

std::string DumpLines::ToText() const {
  std::string text;
  for (const DumpLine& line : lines_) {
    std::span<const std::byte> shown = Shown(line);
    const std::span<const std::byte> first = shown.first(std::min(shown.size(), kBytesALine));
    text += base::StrCat(Offset(line.offset), "  ", HexBytes(first), " ",
                         std::string(size_t{line.depth} * 2, ' '), line.bad ? "!! " : "", line.note,
                         "\n");
    shown = shown.subspan(first.size());
    for (uint64_t at = line.offset + first.size(); !shown.empty(); at += kBytesALine) {
      const std::span<const std::byte> row = shown.first(std::min(shown.size(), kBytesALine));
      std::string hex = HexBytes(row);
      hex.erase(hex.find_last_not_of(' ') + 1);
      text += base::StrCat(Offset(at), "  ", hex, "\n");
      shown = shown.subspan(row.size());
    }
    if (line.size > kShownBytes) {
      text += base::StrCat("            ... ", line.size - kShownBytes, " more bytes\n");
    }
  }
  return text;
}

std::string DumpLines::ToJson(std::string_view file_name) const {
  std::string json =
      base::StrCat("{\"file\":", JsonString(base::EscapeForTerminal(file_name)),
                   ",\"bytes\":", file_.size(), ",\"damaged\":", any_bad_, ",\"entries\":[");
  for (const DumpLine& line : lines_) {
    if (&line != lines_.data()) json += ",";
    json += base::StrCat("\n{\"offset\":", line.offset, ",\"size\":", line.size,
                         ",\"depth\":", line.depth, ",\"hex\":\"", base::HexEncode(Shown(line)),
                         "\",\"note\":", JsonString(line.note), ",\"bad\":", line.bad, "}");
  }
  return json + "\n]}\n";
}

}  // namespace ashlar::segment
