// Encoding and suspicious decoding of key tables; see the header.
#include "src/segment/key_table.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/segment/fixed_record.h"

namespace ashlar::segment {
namespace {

namespace f = format;

constexpr std::string_view kStampDomain = "ashlar.keys.1";
constexpr uint64_t kMaxSections = 3;

// Ranges are judged by the caller, in their order.
KeySection ReadSection(base::ByteReader& in) {
  KeySection section;
  const std::span<const std::byte> bytes = in.ReadBytes(f::section::kSize);
  if (!in.ok()) return section;
  const uint64_t kind = ReadNumber(bytes, f::section::kKind);
  if (kind < static_cast<uint8_t>(KeySectionKind::kFilter) ||
      kind > static_cast<uint8_t>(KeySectionKind::kIndex)) {
    in.Fail(base::StrCat("key section kind ", kind, " is unknown"));
    return section;
  }
  section.kind = static_cast<KeySectionKind>(kind);
  section.range = {ReadField<uint64_t>(bytes, f::section::kOffset),
                   ReadField<uint64_t>(bytes, f::section::kBytes)};
  section.crc = ReadField<uint32_t>(bytes, f::section::kCrc);
  std::ranges::copy(FieldBytes(bytes, f::section::kStamp), section.stamp.bytes.begin());
  return section;
}

void CheckPlaces(const KeyTable& table, uint64_t body_end, base::ByteReader& in) {
  uint64_t position = table.sections.front().range.offset;
  if (position < f::kBodyOffset || position % f::kAlignment != 0 || position > body_end) {
    return in.Fail("the key sections begin in a wrong place");
  }
  for (const KeySection& section : table.sections) {
    const BufferRange& range = section.range;
    if (range.offset != position || range.size == 0 || range.size % f::kAlignment != 0 ||
        range.size > body_end - position) {
      return in.Fail(base::StrCat("the ", NameOf(section.kind), " lies in a wrong place"));
    }
    position += range.size;
  }
  if (position != body_end) in.Fail("the key sections do not end the body");
}

}  // namespace

std::string_view NameOf(KeySectionKind kind) {
  switch (kind) {
    case KeySectionKind::kFilter:
      return "key filter";
    case KeySectionKind::kFences:
      return "key fences";
    case KeySectionKind::kIndex:
      return "key index";
  }
  ASHLAR_CHECK(false);
}

const KeySection* KeyTable::Find(KeySectionKind kind) const {
  const auto found = std::ranges::find(sections, kind, &KeySection::kind);
  return found == sections.end() ? nullptr : &*found;
}

uint64_t KeyTable::section_bytes() const {
  uint64_t bytes = 0;
  for (const KeySection& section : sections) bytes += section.range.size;
  return bytes;
}

base::Digest KeyStamp(const ChunkTable& table, std::span<const uint32_t> key_chunks) {
  base::DigestBuilder digest;
  digest.Update(base::AsBytes(kStampDomain));
  digest.UpdateU64(key_chunks.size());
  for (const uint32_t ordinal : key_chunks) {
    ASHLAR_CHECK(ordinal < table.size());
    digest.Update(table[ordinal].digest.bytes);
  }
  return digest.Finish();
}

absl::Status CheckKeyChunks(std::span<const uint32_t> key_chunks, uint64_t chunk_count) {
  if (key_chunks.empty()) return absl::InvalidArgumentError("a key has at least one chunk");
  std::vector<uint32_t> sorted(key_chunks.begin(), key_chunks.end());
  std::ranges::sort(sorted);
  if (sorted.back() >= chunk_count || std::ranges::adjacent_find(sorted) != sorted.end()) {
    return absl::InvalidArgumentError("a key's chunks are chunks of the segment, each once");
  }
  return absl::OkStatus();
}

void EncodeKeyTable(const KeyTable& table, base::ByteWriter& out) {
  if (table.empty()) return;
  FixedRecord<f::keys::kSize> head;
  head.Put(f::keys::kChunks, table.chunks.size());
  head.Put(f::keys::kSections, table.sections.size());
  out.PutBytes(head.bytes());
  for (const uint32_t ordinal : table.chunks) out.PutU32(ordinal);
  for (const KeySection& section : table.sections) {
    FixedRecord<f::section::kSize> record;
    record.Put(f::section::kKind, static_cast<uint8_t>(section.kind));
    record.Put(f::section::kOffset, section.range.offset);
    record.Put(f::section::kBytes, section.range.size);
    record.Put(f::section::kCrc, section.crc);
    record.PutBytes(f::section::kStamp, section.stamp.bytes);
    out.PutBytes(record.bytes());
  }
}

absl::StatusOr<KeyTable> DecodeKeyTable(const KeyTableLimits& limits, base::ByteReader& in) {
  KeyTable table;
  if (in.remaining() == 0) return table;
  const std::span<const std::byte> head = in.ReadBytes(f::keys::kSize);
  RETURN_IF_ERROR(in.status());
  const auto chunks = ReadField<uint32_t>(head, f::keys::kChunks);
  const auto sections = ReadField<uint32_t>(head, f::keys::kSections);
  if (chunks > base::kMaxColumns || sections < 2 || sections > kMaxSections) {
    in.Fail("the counts of the key table are out of range");
    return in.status();
  }
  for (uint32_t i = 0; i < chunks && in.ok(); ++i) table.chunks.push_back(in.ReadU32());
  for (uint32_t i = 0; i < sections && in.ok(); ++i) table.sections.push_back(ReadSection(in));
  RETURN_IF_ERROR(in.Finish());
  const absl::Status key = CheckKeyChunks(table.chunks, limits.chunk_count);
  if (!key.ok()) in.Fail(std::string(key.message()));
  for (uint32_t i = 0; i < sections; ++i) {
    if (static_cast<uint32_t>(table.sections[i].kind) != i + 1) {
      in.Fail("the key sections are not a filter, fences and an index");
    }
  }
  if (in.ok()) CheckPlaces(table, limits.body_end, in);
  RETURN_IF_ERROR(in.status());
  return table;
}

}  // namespace ashlar::segment
