// The bytes of a MANIFEST file: every offset, size, magic and number in one place.
//
// Owns: the constants that encoder, decoder, dump and docs/FORMAT.md share; a test holds the
// document to them. Does not own: the payloads, which are varints in an order (manifest_codec.h).
#ifndef ASHLAR_SRC_MANIFEST_FORMAT_H_
#define ASHLAR_SRC_MANIFEST_FORMAT_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "src/segment/format.h"

namespace ashlar::manifest::format {

using segment::format::FixedField;

inline constexpr std::string_view kMagic = "ASHLRMAN";
inline constexpr uint32_t kVersion = 5;
inline constexpr uint32_t kKnownFlags = 0;
inline constexpr uint32_t kRecordAlignment = 8;
// A whole MANIFEST is read into memory.
inline constexpr uint64_t kMaxFileBytes = uint64_t{1} << 32;

// The first bytes of the file.
namespace header {
inline constexpr FixedField kMagic{0, 8, "magic"};
inline constexpr FixedField kVersion{8, 4, "format version"};
inline constexpr FixedField kFlags{12, 4, "feature flags"};
inline constexpr FixedField kNumber{16, 8, "manifest number"};
inline constexpr FixedField kZeros{24, 36, "zeros"};
inline constexpr FixedField kCrc{60, 4, "CRC32C of the bytes before"};
inline constexpr uint32_t kSize = 64;
inline constexpr std::array kFields = {kMagic, kVersion, kFlags, kNumber, kZeros, kCrc};
}  // namespace header

// Before every payload.
namespace record {
inline constexpr FixedField kHeaderCrc{0, 4, "CRC32C of the other 36 bytes"};
inline constexpr FixedField kPayloadCrc{4, 4, "CRC32C of the payload"};
inline constexpr FixedField kPayloadBytes{8, 8, "payload bytes"};
inline constexpr FixedField kKind{16, 1, "kind (1 checkpoint, 2 edit)"};
inline constexpr FixedField kZeros{17, 7, "zeros"};
inline constexpr FixedField kNumber{24, 8, "manifest number"};
inline constexpr FixedField kSyncedUpTo{32, 8, "synced up to"};
inline constexpr uint32_t kSize = 40;
inline constexpr std::array kFields = {kHeaderCrc, kPayloadCrc, kPayloadBytes, kKind,
                                       kZeros,     kNumber,     kSyncedUpTo};
}  // namespace record

// Values reach disk: never renumber.
enum class RecordKind : uint8_t { kCheckpoint = 1, kEdit = 2 };

// Bits of a dataset edit.
inline constexpr uint8_t kDatasetDropped = 1;
inline constexpr uint8_t kDatasetDefined = 2;
inline constexpr uint8_t kDatasetFlushed = 4;
inline constexpr uint8_t kDatasetRowsDied = 8;
// Bits of a definition.
inline constexpr uint8_t kHashIndex = 1;
// Bits of a listed segment: what follows.
inline constexpr uint8_t kEntryDeadRows = 1;
inline constexpr uint8_t kEntryKeys = 2;
inline constexpr uint8_t kEntryGreatestKey = 4;
// Bits of an edit: which optional parts follow.
inline constexpr uint8_t kHasVersion = 1;
inline constexpr uint8_t kHasNextSegmentId = 2;
inline constexpr uint8_t kHasNextDatasetId = 4;
inline constexpr uint8_t kHasOldestLog = 8;
inline constexpr uint8_t kHasRetention = 16;
inline constexpr uint8_t kHasDurableLogs = 32;
inline constexpr uint8_t kHasMoves = 64;
inline constexpr uint8_t kHasCompactions = 128;

static_assert(segment::format::Covers(header::kFields, header::kSize));
static_assert(segment::format::Covers(record::kFields, record::kSize));
static_assert(header::kSize % kRecordAlignment == 0 && record::kSize % kRecordAlignment == 0);

}  // namespace ashlar::manifest::format

#endif  // ASHLAR_SRC_MANIFEST_FORMAT_H_
