// The bytes of a commit log file: every offset, size, magic and limit in one place.
//
// Owns: the constants that writer, reader, dump and docs/FORMAT.md share; a test holds the document
// to them. Does not own: the bodies of records, which are the store's.
#ifndef ASHLAR_SRC_LOG_FORMAT_H_
#define ASHLAR_SRC_LOG_FORMAT_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "src/io/file_system.h"
#include "src/segment/format.h"

namespace ashlar::log::format {

using segment::format::FixedField;

inline constexpr std::string_view kMagic = "ASHLRLOG";
inline constexpr std::string_view kGroupMagic = "AGRP";
inline constexpr uint32_t kVersion = 1;
inline constexpr uint32_t kKnownFlags = 0;
// Groups begin at multiples of this, and so do blocks of the file.
inline constexpr uint32_t kBlockBytes = io::kBlockBytes;
inline constexpr uint64_t kMaxBodyBytes = uint64_t{1} << 30;
// Of all records of a group; the largest record fits with room for small ones.
inline constexpr uint64_t kMaxPayloadBytes = uint64_t{1} << 31;

// The first block of the file.
namespace header {
inline constexpr FixedField kMagic{0, 8, "magic"};
inline constexpr FixedField kVersion{8, 4, "format version"};
inline constexpr FixedField kFlags{12, 4, "feature flags"};
inline constexpr FixedField kNumber{16, 8, "log number"};
inline constexpr FixedField kPreviousNumber{24, 8, "previous log's number"};
inline constexpr FixedField kPreviousBytes{32, 8, "previous log's bytes"};
inline constexpr FixedField kFileBytes{40, 8, "file bytes"};
inline constexpr FixedField kZeros{48, 460, "zeros"};
inline constexpr FixedField kCrc{508, 4, "CRC32C of the bytes before"};
inline constexpr uint32_t kSize = kBlockBytes;
inline constexpr std::array kFields = {kMagic,         kVersion,   kFlags, kNumber, kPreviousNumber,
                                       kPreviousBytes, kFileBytes, kZeros, kCrc};
}  // namespace header

// The beginning of every group.
namespace group {
inline constexpr FixedField kMagic{0, 4, "group magic"};
inline constexpr FixedField kHeaderCrc{4, 4, "CRC32C of the other 60 bytes"};
inline constexpr FixedField kPayloadCrc{8, 4, "CRC32C of the payload"};
inline constexpr FixedField kPreviousCrc{12, 4, "header checksum of the group before"};
inline constexpr FixedField kNumber{16, 8, "log number"};
inline constexpr FixedField kIndex{24, 8, "index of the group"};
inline constexpr FixedField kFirstSequence{32, 8, "first sequence"};
inline constexpr FixedField kPayloadBytes{40, 8, "payload bytes"};
inline constexpr FixedField kSyncedUpTo{48, 8, "synced up to"};
inline constexpr FixedField kRecords{56, 4, "records"};
inline constexpr FixedField kBlock{60, 4, "block of the file"};
inline constexpr uint32_t kSize = 64;
inline constexpr std::array kFields = {kMagic,      kHeaderCrc, kPayloadCrc,    kPreviousCrc,
                                       kNumber,     kIndex,     kFirstSequence, kPayloadBytes,
                                       kSyncedUpTo, kRecords,   kBlock};
}  // namespace group

// Before every body.
namespace record {
inline constexpr FixedField kBodyBytes{0, 4, "body bytes"};
inline constexpr FixedField kKind{4, 1, "kind"};
inline constexpr FixedField kZeros{5, 3, "zeros"};
inline constexpr FixedField kSequence{8, 8, "sequence"};
inline constexpr uint32_t kSize = 16;
inline constexpr std::array kFields = {kBodyBytes, kKind, kZeros, kSequence};
}  // namespace record

static_assert(segment::format::Covers(header::kFields, header::kSize));
static_assert(segment::format::Covers(group::kFields, group::kSize));
static_assert(segment::format::Covers(record::kFields, record::kSize));
static_assert(kMaxBodyBytes + record::kSize <= kMaxPayloadBytes);

}  // namespace ashlar::log::format

#endif  // ASHLAR_SRC_LOG_FORMAT_H_
