// The bytes of a segment file: every offset, size, magic and version in one place.
//
// Owns: the constants that the writer, the reader, the dump and docs/FORMAT.md share; a test holds
// the document to them. Does not own: what the values mean to a reader (segment_tail.h,
// chunk_table.h, zone_map.h, key_table.h). All values are little endian; all padding is zero.
#ifndef ASHLAR_SRC_SEGMENT_FORMAT_H_
#define ASHLAR_SRC_SEGMENT_FORMAT_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "src/base/limits.h"

namespace ashlar::segment::format {

// One value of a record whose layout is fixed.
struct FixedField {
  uint32_t offset = 0;
  uint32_t size = 0;
  std::string_view name;
};

inline constexpr std::string_view kHeaderMagic = "ASHLRSEG";
inline constexpr std::string_view kFooterMagic = "ASHLRFTR";
inline constexpr uint32_t kVersion = 3;
inline constexpr uint32_t kKnownFlags = 0;
inline constexpr uint32_t kBodyOffset = 256;  // where chunks begin: right behind the header
inline constexpr uint32_t kAlignment = static_cast<uint32_t>(base::kBufferAlignment);
inline constexpr uint32_t kPageBytes = base::kPageBytes;
inline constexpr uint32_t kZoneRows = base::kZoneRows;
inline constexpr uint32_t kZoneBoundBytes = 16;

// The first bytes of the file.
namespace header {
inline constexpr FixedField kMagic{0, 8, "magic"};
inline constexpr FixedField kVersion{8, 4, "format version"};
inline constexpr FixedField kFlags{12, 4, "feature flags"};
inline constexpr FixedField kId{16, 8, "segment id"};
inline constexpr FixedField kFingerprint{24, 8, "schema fingerprint"};
inline constexpr FixedField kRows{32, 8, "rows"};
inline constexpr FixedField kCreated{40, 8, "created, microseconds since 1970"};
inline constexpr FixedField kCompacted{48, 8, "compacted, microseconds since 1970"};
inline constexpr FixedField kZeros{56, 196, "zeros"};
inline constexpr FixedField kCrc{252, 4, "CRC32C of the bytes before"};
inline constexpr uint32_t kSize = 256;
inline constexpr std::array kFields = {kMagic, kVersion, kFlags,     kId,    kFingerprint,
                                       kRows,  kCreated, kCompacted, kZeros, kCrc};
}  // namespace header

// The last bytes of the file.
namespace footer {
inline constexpr FixedField kMagic{0, 8, "magic"};
inline constexpr FixedField kVersion{8, 4, "format version"};
inline constexpr FixedField kFlags{12, 4, "feature flags"};
inline constexpr FixedField kId{16, 8, "segment id"};
inline constexpr FixedField kRows{24, 8, "rows"};
inline constexpr FixedField kDigest{32, 32, "segment digest"};
inline constexpr FixedField kTailOffset{64, 8, "tail offset"};
inline constexpr FixedField kSchemaOffset{72, 4, "schema offset in the tail"};
inline constexpr FixedField kSchemaSize{76, 4, "schema bytes"};
inline constexpr FixedField kTableOffset{80, 4, "chunk table offset in the tail"};
inline constexpr FixedField kTableSize{84, 4, "chunk table bytes"};
inline constexpr FixedField kPagesOffset{88, 4, "page checksums offset in the tail"};
inline constexpr FixedField kPagesSize{92, 4, "page checksums bytes"};
inline constexpr FixedField kChunkCount{96, 4, "chunk count"};
inline constexpr FixedField kPageCount{100, 4, "page count"};
inline constexpr FixedField kReferenceCount{104, 4, "reference count"};
inline constexpr FixedField kKeysOffset{108, 4, "key table offset in the tail"};
inline constexpr FixedField kKeysSize{112, 4, "key table bytes"};
inline constexpr FixedField kZeros{116, 8, "zeros"};
inline constexpr FixedField kCrc{124, 4, "CRC32C of the bytes before"};
inline constexpr uint32_t kSize = 128;
inline constexpr std::array kFields = {
    kMagic,        kVersion,        kFlags,       kId,        kRows,        kDigest,    kTailOffset,
    kSchemaOffset, kSchemaSize,     kTableOffset, kTableSize, kPagesOffset, kPagesSize, kChunkCount,
    kPageCount,    kReferenceCount, kKeysOffset,  kKeysSize,  kZeros,       kCrc};
}  // namespace footer

// A chunk table entry begins with these ...
namespace entry {
inline constexpr FixedField kDigest{0, 32, "chunk digest"};
inline constexpr FixedField kKind{32, 1, "kind (1 here, 2 reference)"};
inline constexpr uint32_t kSize = 33;
inline constexpr std::array kFields = {kDigest, kKind};
}  // namespace entry

// ... and goes on with these when another file holds the chunk ...
namespace reference {
inline constexpr FixedField kFileId{0, 8, "holder's segment id"};
inline constexpr FixedField kOrdinal{8, 4, "ordinal in the holder's chunk table"};
inline constexpr uint32_t kSize = 12;
inline constexpr std::array kFields = {kFileId, kOrdinal};
}  // namespace reference

// ... or with these, and then its nodes, when this one does.
namespace here {
inline constexpr FixedField kStoredBytes{0, 8, "stored bytes"};
inline constexpr FixedField kDictionaryBytes{8, 8, "dictionary bytes"};
inline constexpr FixedField kNodes{16, 4, "nodes"};
inline constexpr uint32_t kSize = 20;
inline constexpr std::array kFields = {kStoredBytes, kDictionaryBytes, kNodes};
}  // namespace here

namespace node {
inline constexpr FixedField kEncoding{0, 1, "encoding (1 plain, 2 constant, 3 dictionary)"};
inline constexpr FixedField kCodeWidth{1, 1, "code width"};
inline constexpr FixedField kValidityForm{2, 1, "validity form (1 raw, 2 zstd, 3 planes)"};
inline constexpr FixedField kOffsetsForm{3, 1, "offsets form"};
inline constexpr FixedField kValuesForm{4, 1, "values form"};
inline constexpr FixedField kLength{5, 8, "length"};
inline constexpr FixedField kNullCount{13, 8, "null count"};
inline constexpr FixedField kValidityOffset{21, 8, "validity offset"};
inline constexpr FixedField kValiditySize{29, 8, "validity bytes"};
inline constexpr FixedField kOffsetsOffset{37, 8, "offsets offset"};
inline constexpr FixedField kOffsetsSize{45, 8, "offsets bytes"};
inline constexpr FixedField kValuesOffset{53, 8, "values offset"};
inline constexpr FixedField kValuesSize{61, 8, "values bytes"};
inline constexpr FixedField kDecodedValues{69, 8, "values bytes once decoded"};
inline constexpr FixedField kZoneMapOffset{77, 8, "zone map offset"};
inline constexpr FixedField kZones{85, 8, "zones"};
inline constexpr uint32_t kSize = 93;
inline constexpr std::array kFields = {
    kEncoding,   kCodeWidth,      kValidityForm,  kOffsetsForm,   kValuesForm,  kLength,
    kNullCount,  kValidityOffset, kValiditySize,  kOffsetsOffset, kOffsetsSize, kValuesOffset,
    kValuesSize, kDecodedValues,  kZoneMapOffset, kZones};
}  // namespace node

// What a buffer in the form of planes ends with, for each of its zones: all bases, then all widths.
namespace planes {
inline constexpr FixedField kBase{0, 8, "base"};
inline constexpr FixedField kWidth{8, 1, "width"};
inline constexpr uint32_t kSize = 9;
inline constexpr std::array kFields = {kBase, kWidth};
}  // namespace planes

// A compressed buffer may stand for this many times its bytes, or for this many bytes.
inline constexpr uint64_t kMaxRatio = 1024;
inline constexpr uint64_t kFreeBytes = uint64_t{1} << 20;

// One zone of a zone map.
namespace zone {
inline constexpr FixedField kNullCount{0, 4, "null count"};
inline constexpr FixedField kFlags{4, 4, "zone flags"};
inline constexpr FixedField kMin{8, kZoneBoundBytes, "min"};
inline constexpr FixedField kMax{24, kZoneBoundBytes, "max"};
inline constexpr uint32_t kSize = 40;
inline constexpr std::array kFields = {kNullCount, kFlags, kMin, kMax};

inline constexpr uint32_t kHasBounds = 1;
inline constexpr uint32_t kMinTruncated = 2;
inline constexpr uint32_t kMaxTruncated = 4;
inline constexpr uint32_t kHasNan = 8;
inline constexpr uint32_t kAllNull = 16;
inline constexpr uint32_t kKnown = 31;
}  // namespace zone

// The key table begins with these; then come the ordinals of its chunks (u32 each) and its
// sections.
namespace keys {
inline constexpr FixedField kChunks{0, 4, "key chunks"};
inline constexpr FixedField kSections{4, 4, "key sections"};
inline constexpr uint32_t kSize = 8;
inline constexpr std::array kFields = {kChunks, kSections};
}  // namespace keys

namespace section {
inline constexpr FixedField kKind{0, 1, "kind (1 filter, 2 fences, 3 index)"};
inline constexpr FixedField kOffset{1, 8, "section offset"};
inline constexpr FixedField kBytes{9, 8, "section bytes"};
inline constexpr FixedField kCrc{17, 4, "CRC32C of the section"};
inline constexpr FixedField kStamp{21, 32, "stamp"};
inline constexpr uint32_t kSize = 53;
inline constexpr std::array kFields = {kKind, kOffset, kBytes, kCrc, kStamp};
}  // namespace section

// A key filter: blocks of one cache line, each of a word for every bit that a key sets.
namespace filter {
inline constexpr uint32_t kBlockBytes = 64;
inline constexpr uint32_t kWords = 8;
inline constexpr uint32_t kBitsAKey = 12;
inline constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;
}  // namespace filter

// Key fences: the prefix of every so many rows, in nodes of one cache line.
namespace fences {
inline constexpr uint32_t kRows = 16;
inline constexpr uint32_t kNodeFences = 8;
inline constexpr uint32_t kNodeBytes = 64;
}  // namespace fences

// One bucket of a key index.
namespace bucket {
inline constexpr uint32_t kSlots = 12;
inline constexpr uint32_t kKeys = 9;  // keys a bucket, on the average
inline constexpr FixedField kTags{0, kSlots, "tags"};
inline constexpr FixedField kFilled{12, 1, "filled slots"};
inline constexpr FixedField kReach{13, 1, "reach"};
inline constexpr FixedField kZeros{14, 2, "zeros"};
inline constexpr FixedField kRows{16, kSlots * 4, "rows"};
inline constexpr uint32_t kSize = 64;
inline constexpr std::array kFields = {kTags, kFilled, kReach, kZeros, kRows};
}  // namespace bucket

// True when the fields lie one behind the other and fill the record: nothing is unnamed.
template <size_t N>
[[nodiscard]] constexpr bool Covers(const std::array<FixedField, N>& fields, uint32_t size) {
  uint32_t end = 0;
  for (const FixedField& field : fields) {
    if (field.offset != end) return false;
    end += field.size;
  }
  return end == size;
}
static_assert(Covers(header::kFields, header::kSize) && Covers(footer::kFields, footer::kSize));
static_assert(Covers(entry::kFields, entry::kSize) && Covers(here::kFields, here::kSize));
static_assert(Covers(reference::kFields, reference::kSize) && Covers(node::kFields, node::kSize));
static_assert(Covers(zone::kFields, zone::kSize) && header::kSize == kBodyOffset);
static_assert(Covers(planes::kFields, planes::kSize) && Covers(keys::kFields, keys::kSize));
static_assert(Covers(section::kFields, section::kSize) && Covers(bucket::kFields, bucket::kSize));

}  // namespace ashlar::segment::format

#endif  // ASHLAR_SRC_SEGMENT_FORMAT_H_
