// Walking key sections for a dump; see the header.
#include "src/segment/key_dump.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/segment/dump_records.h"

namespace ashlar::segment {
namespace {

namespace f = format;

// Blocks, fences and buckets of a section that are listed one by one.
constexpr uint64_t kListed = 4;

void AddRest(const BufferRange& range, uint64_t shown, std::string_view what, DumpLines& lines) {
  if (shown == range.size) return;
  lines.Add(range.offset + shown, range.size - shown, 2, base::StrCat("more ", what));
}

void DumpFilter(const BufferRange& range, DumpLines& lines) {
  const uint64_t blocks = range.size / f::filter::kBlockBytes;
  const uint64_t listed = std::min(blocks, kListed);
  for (uint64_t block = 0; block < listed; ++block) {
    lines.Add(range.offset + block * f::filter::kBlockBytes, f::filter::kBlockBytes, 2,
              base::StrCat("block ", block));
  }
  AddRest(range, listed * f::filter::kBlockBytes, "blocks", lines);
}

// Prefixes are shown as the bytes of keys that they are.
void DumpFences(std::span<const std::byte> file, const BufferRange& range, DumpLines& lines) {
  const uint64_t fences = range.size / sizeof(uint64_t);
  const uint64_t listed = std::min(fences, kListed);
  for (uint64_t fence = 0; fence < listed; ++fence) {
    const uint64_t at = range.offset + fence * sizeof(uint64_t);
    const auto prefix = base::LoadLittle<uint64_t>(file.data() + at);
    std::byte key[sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof(key); ++i)
      key[i] = static_cast<std::byte>(prefix >> (56 - 8 * i));
    lines.Add(at, sizeof(uint64_t), 2,
              base::StrCat("fence ", fence, ": key bytes ", base::HexEncode(key)));
  }
  AddRest(range, listed * sizeof(uint64_t), "fences and padding", lines);
}

void DumpBuckets(std::span<const std::byte> file, const BufferRange& range, DumpLines& lines) {
  const uint64_t buckets = range.size / f::bucket::kSize;
  const uint64_t listed = std::min(buckets, kListed);
  for (uint64_t bucket = 0; bucket < listed; ++bucket) {
    const uint64_t at = range.offset + bucket * f::bucket::kSize;
    lines.Add(at, 0, 2, base::StrCat("bucket ", bucket));
    AddRecord(lines, file, at, f::bucket::kSize, f::bucket::kFields, 3);
  }
  AddRest(range, listed * f::bucket::kSize, "buckets", lines);
}

}  // namespace

void DumpKeySections(std::span<const std::byte> file, const KeyTable& keys, DumpLines& lines) {
  for (const KeySection& section : keys.sections) {
    const BufferRange& range = section.range;
    ASHLAR_CHECK(range.offset <= file.size() && range.size <= file.size() - range.offset);
    const bool bad = base::Crc32c(file.subspan(range.offset, range.size)) != section.crc;
    lines.Add(range.offset, 0, 1,
              base::StrCat(NameOf(section.kind), ", ", range.size, " bytes, checksum ",
                           bad ? "wrong" : "right"),
              bad);
    if (section.kind == KeySectionKind::kFilter) DumpFilter(range, lines);
    if (section.kind == KeySectionKind::kFences) DumpFences(file, range, lines);
    if (section.kind == KeySectionKind::kIndex) DumpBuckets(file, range, lines);
  }
}

void DumpKeyTable(std::span<const std::byte> file, uint64_t offset, const KeyTable& keys,
                  DumpLines& lines) {
  lines.Add(offset, 0, 1, "key table");
  AddRecord(lines, file, offset, f::keys::kSize, f::keys::kFields, 2);
  offset += f::keys::kSize;
  for (const uint32_t ordinal : keys.chunks) {
    lines.Add(offset, sizeof(uint32_t), 2, base::StrCat("key chunk: ", ordinal));
    offset += sizeof(uint32_t);
  }
  for (const KeySection& section : keys.sections) {
    lines.Add(offset, 0, 2, std::string(NameOf(section.kind)));
    AddRecord(lines, file, offset, f::section::kSize, f::section::kFields, 3);
    offset += f::section::kSize;
  }
}

}  // namespace ashlar::segment
